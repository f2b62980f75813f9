"""``python backend COMMAND``: the steps of a build, one by one. See ``python backend --help``."""

import sys

from openblas_build.cli import main

if __name__ == "__main__":
    sys.exit(main())
