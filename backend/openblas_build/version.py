"""The wheel's version as scikit-build-core asks for it (``[[tool.dynamic-metadata]]`` in pyproject.toml)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .project import locate_tree, wheel_version
from .settings import Settings


def dynamic_metadata(settings: Mapping[str, Any], _project: Mapping[str, Any]) -> dict[str, str]:
    """Return the version, which follows the source that is really used.

    The options of the build come from the environment: the hooks have put them there.

    Raises:
        ValueError: the table in pyproject.toml has settings, and this takes none.
    """
    if settings:
        msg = f"openblas_build.version takes no settings; there are {dict(settings)}"
        raise ValueError(msg)
    root = Path.cwd()  # PEP 517: hooks run in the source tree
    return {"version": wheel_version(root, locate_tree(root, Settings.load(None, os.environ)))}
