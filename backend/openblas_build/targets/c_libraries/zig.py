"""The headers and names of other systems' C libraries that the Python package ziglang carries."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from ...errors import ToolError


def copy_headers(system: str, name: str, target: Path, requirement: str) -> None:
    """Copy the folder `name` of zig's headers to `target`: zig's own is another one for each build in isolation.

    `system` is what they are of, `requirement` the ziglang that has them.

    Raises:
        ToolError: ziglang is not installed, or has none.
    """
    source = _headers_of(system) / name
    if not source.is_dir():
        msg = f"zig has no headers of {system}: there is no {source}; install {requirement}"
        raise ToolError(msg)
    shutil.copytree(source, target, dirs_exist_ok=True)


def _headers_of(system: str) -> Path:
    found = find_spec("ziglang")
    if found is None or found.origin is None:
        msg = f"to build for {system} on this system the Python package ziglang is needed: pip install ziglang"
        raise ToolError(msg)
    return Path(found.origin).parent / "lib" / "libc" / "include"
