"""Put complex functions in the place of those that wine names but has not; without them NumPy ends at its import.

Windows' Python runs this in wine when it starts, as ``sitecustomize``; see `complex_on_wine.c`.
"""

from __future__ import annotations

import ctypes
import struct
from pathlib import Path

_NAMES = ("ccos", "ccosh", "cexp", "csin", "csinh", "ctan", "ctanh", "cabs", "carg", "creal", "cimag", "cpow")
# Types by the names' ends, with ours: long double is double there.
_TYPES = {"": "", "f": "f", "l": ""}
_WRITABLE_CODE = 0x40


def _replace(kernel: ctypes.CDLL, place: int, function: int) -> None:
    """Write a jump to `function` over the stub at `place`, which is longer and ends the program."""
    jump = b"\x48\xb8" + struct.pack("<Q", function) + b"\xff\xe0"  # mov rax, function; jmp rax
    before = ctypes.c_ulong()
    if not kernel.VirtualProtect(
        ctypes.c_void_p(place), ctypes.c_size_t(len(jump)), _WRITABLE_CODE, ctypes.byref(before)
    ):
        msg = "wine's code cannot be written"
        raise OSError(msg)
    ctypes.memmove(place, jump, len(jump))


def _address(library: ctypes.CDLL, name: str) -> int:
    return ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0


def _put_in_place() -> None:
    kernel, runtime = ctypes.CDLL("kernel32.dll"), ctypes.CDLL("ucrtbase.dll")
    ours = ctypes.CDLL(str(Path(__file__).with_name("complex.dll")))
    for name in _NAMES:
        for end, own in _TYPES.items():
            _replace(kernel, _address(runtime, f"{name}{end}"), _address(ours, f"x_{name}{own}"))


_put_in_place()
