"""The build folder between two builds: kept where nothing has changed that CMake could not follow, else made anew."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from .console import say
from .errors import SettingError

_FACTS = "made-with.json"
# Of a folder where CMake has been.
_CACHE = "CMakeCache.txt"
_OURS = "CMAKE_PROJECT_NAME:STATIC=scipy_openblas\n"

# What CMake takes for the end of a path or of a text, however it is quoted.
_NOT_FOR_CMAKE = re.compile(r"[\"\\;\x00-\x1f\x7f]")


def check_path(path: Path, what: str) -> None:
    """Check that CMake can work in a folder.

    Raises:
        SettingError: its path has a character that CMake's own files cannot hold.
    """
    found = _NOT_FOR_CMAKE.search(str(path))
    if found:
        msg = (
            f"CMake cannot take {what}, since its path has the character {found.group()!r}: {str(path)!r}\ntake another"
        )
        raise SettingError(msg)


# What a build makes in its folder. Anything else there is somebody's, such as a folder for wheels, and stays.
_MADE = (
    _CACHE,
    _FACTS,
    ".cmake",
    ".ninja_*",
    ".skbuild-info.json",
    "CMakeFiles",
    "CMakeInit.txt",
    "build.ninja",
    "cmake_install.cmake",
    "fortran",
    "generated",
    "install_manifest*.txt",
    "lib",
    "openblas",
    "openblas-project",
    "relink",
    "tree",
)


def renew(folder: Path, facts: Mapping[str, str]) -> None:
    """Empty a build folder that was made with other facts: CMake keeps the answers of before, and the paths.

    `facts` is what the whole build depends on, each with a name for people. The compiler cache makes the new
    build short where it has the objects. What no build made stays.

    Raises:
        SettingError: another project's build is in it.
    """
    if (folder / _CACHE).exists() or (folder / _FACTS).exists():
        changed = _changed(folder, facts)
        if changed:
            say(f"{changed}; building anew in {folder}")
            _empty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{_FACTS}.part"
    part.write_text(json.dumps(dict(facts), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(folder / _FACTS)


def _changed(folder: Path, facts: Mapping[str, str]) -> str:
    """Return what is not as it was, in a few words; nothing if all is."""
    try:
        before = dict(json.loads((folder / _FACTS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        if _OURS not in _text_of(folder / _CACHE):
            msg = f"in the build folder {folder} is another project's build; give another one with -C build-dir=FOLDER"
            raise SettingError(msg) from None
        return "nothing says how the last build was made"
    names = [name for name in sorted({*before, *facts}) if before.get(name) != facts.get(name)]
    return f"{' and '.join(names)} changed since the last build" if names else ""


def _empty(folder: Path) -> None:
    for each in (path for pattern in _MADE for path in folder.glob(pattern)):
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink(missing_ok=True)


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else _OURS
