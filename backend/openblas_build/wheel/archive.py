"""Write a wheel so that the same content gives the same bytes."""

from __future__ import annotations

import base64
import hashlib
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# The date of every file where SOURCE_DATE_EPOCH does not give one: the earliest that zip can hold.
_NO_DATE = (1980, 1, 1, 0, 0, 0)

_FILE, _PROGRAM = 0o100644, 0o100755


@dataclass(frozen=True)
class Content:
    """One file of a wheel."""

    data: bytes
    executable: bool = False


def read(wheel: Path) -> dict[str, Content]:
    """Return the files of a wheel by their names."""
    with zipfile.ZipFile(wheel) as packed:
        return {
            info.filename: Content(packed.read(info), bool(info.external_attr >> 16 & 0o111))
            for info in packed.infolist()
            if not info.is_dir()
        }


def write(wheel: Path, contents: Mapping[str, Content], environ: Mapping[str, str]) -> None:
    """Write `contents` to `wheel`, with a new RECORD, in an order and with dates that never change.

    Dates are SOURCE_DATE_EPOCH's (https://reproducible-builds.org/specs/source-date-epoch/).
    """
    (record,) = (name for name in contents if name.endswith(".dist-info/RECORD"))
    others = sorted((name for name in contents if name != record), key=_order)
    listing = "".join(f"{_quoted(name)},{_digest(contents[name].data)}\n" for name in others)
    files = [(name, contents[name]) for name in others]
    files.append((record, Content(f"{listing}{_quoted(record)},,\n".encode())))
    date = _date(environ)
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            info = zipfile.ZipInfo(name, date)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever it is written
            info.external_attr = (_PROGRAM if content.executable else _FILE) << 16
            # The archive's own level does not hold for a ZipInfo of one's own.
            packed.writestr(info, content.data, compresslevel=9)


def _order(name: str) -> tuple[bool, str]:
    # The wheel's specification recommends its metadata at the end.
    return ".dist-info/" in name, name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name


def _digest(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"sha256={digest},{len(data)}"


def _date(environ: Mapping[str, str]) -> tuple[int, int, int, int, int, int]:
    epoch = environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdecimal():
        return _NO_DATE
    moment = time.gmtime(int(epoch))
    # Zip has no dates before 1980.
    return max(_NO_DATE, (moment[0], moment[1], moment[2], moment[3], moment[4], moment[5]))
