"""The wheel's version as scikit-build-core asks for it (``metadata.version.provider``)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Mapping

from .project import locate_tree, wheel_version
from .settings import Settings


def dynamic_metadata(field: str, settings: Mapping[str, Any]) -> str:
    """Return the version, which follows the source that is really used.

    The options come from the environment: the hooks have put them there.
    """
    if field != "version" or settings:
        msg = f"this gives the version, without settings; asked for {field} with {dict(settings)}"
        raise ValueError(msg)
    root = Path.cwd()  # PEP 517: hooks run in the source tree
    return wheel_version(root, locate_tree(root, Settings.load(None, os.environ)))
