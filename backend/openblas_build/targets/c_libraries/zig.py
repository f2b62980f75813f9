"""The headers and names of other systems' C libraries that the Python package ziglang carries."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from ...errors import ToolError


def headers_of(system: str) -> Path:
    """Return the folder of zig's headers of C libraries, for `system` to be looked for in it.

    Raises:
        ToolError: ziglang is not installed.
    """
    found = find_spec("ziglang")
    if found is None or found.origin is None:
        msg = f"to build for {system} on this system the Python package ziglang is needed: pip install ziglang"
        raise ToolError(msg)
    return Path(found.origin).parent / "lib" / "libc" / "include"
