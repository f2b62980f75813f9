"""``python -m scipy_openblas64``: what the library is, and whether it calculates right."""

import sys

from . import _library
from ._library import LibraryError


def main() -> int:
    """Print the configuration, test the library, and return 0 if it is sound, else 1.

    With ``--build-info`` print how this very library was built instead, as JSON.
    """
    arguments = sys.argv[1:]
    try:
        if arguments == ["--build-info"]:
            print(_library.build_record(), end="")
            return 0
        if arguments:
            print(f"usage: python -m {__package__} [--build-info]", file=sys.stderr)
            return 2
        config = _library.get_config()
        print(f"OpenBLAS using '{config}'")
        from ._selftest import run

        return run()
    except LibraryError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
