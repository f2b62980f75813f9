"""A wheel, or its metadata, under another package's name.

A project has one name in pyproject.toml, and PEP 621 does not let it be dynamic, but this one makes two
packages. So what is built goes by the name there, and is renamed afterwards.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..naming import ILP64, Interface
from . import archive
from .archive import Content

# The package as pyproject.toml has it.
_BUILT = ILP64


def rename_wheel(built: Path, folder: Path, interface: Interface) -> Path:
    """Return the wheel `built` as that of the interface's package, written to `folder` if that is another name."""
    if interface == _BUILT:
        return built
    folder.mkdir(parents=True)
    wheel = folder / _renamed(built.name, interface)
    archive.write(wheel, renamed(archive.read(built), interface), os.environ)
    return wheel


def rename_metadata(folder: Path, name: str, interface: Interface) -> str:
    """Rename the metadata folder `name` in `folder`, and return its new name."""
    if interface == _BUILT:
        return name
    old = folder / name
    before = {str(path.relative_to(folder)): Content(path.read_bytes()) for path in old.rglob("*") if path.is_file()}
    shutil.rmtree(old)
    for path, content in renamed(before, interface).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.data)
    return _renamed(name, interface)


def renamed(contents: Mapping[str, Content], interface: Interface) -> dict[str, Content]:
    """Return a wheel's files as those of the interface's package: folders, name and entry points."""
    result = {}
    for name, content in contents.items():
        rewrite = _REWRITTEN.get(name.rpartition("/")[2]) if ".dist-info/" in name else None
        data = rewrite(content.data.decode("utf-8"), interface).encode() if rewrite else content.data
        result[_renamed(name, interface)] = replace(content, data=data)
    return result


def _renamed(name: str, interface: Interface) -> str:
    return re.sub(rf"^{_BUILT.package}\b", interface.package, name)


def _metadata(text: str, interface: Interface) -> str:
    # The first such line: what follows the headers is the README.
    return re.sub(rf"(?m)^Name: {_BUILT.distribution}$", f"Name: {interface.distribution}", text, count=1)


def _entry_points(text: str, interface: Interface) -> str:
    return text.replace(_BUILT.package, interface.package)


_REWRITTEN = {"METADATA": _metadata, "entry_points.txt": _entry_points}
