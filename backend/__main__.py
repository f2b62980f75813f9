"""``python backend COMMAND``: the steps of a build, one by one. See ``python backend --help``."""

import sys

try:
    from openblas_build.cli import main
except ModuleNotFoundError as error:
    # Installed by pip for a wheel's build; CMake started by hand finds any Python.
    packages = "pyelftools, pefile, macholib, packaging, filelock and, before Python 3.11, tomli"
    sys.exit(f"error: {sys.executable} has no module {error.name}; install {packages} for it")

if __name__ == "__main__":
    sys.exit(main())
