"""The lists of what is built, and on which machine: of the table of platforms and that of GitHub's machines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Callable, Union

from openblas_build.targets import Row

from .pins import Pins
from .runners import IMAGES, Runner, runner_of

Entry = Mapping[str, Union[str, bool]]

# One wheel serves every Python, so one builds it.
_PYTHON = "cp311"


def cross(rows: Iterable[Row], pins: Pins) -> list[Entry]:  # noqa: ARG001 - as all
    """Return every platform in every interface, for one kind of machine; `emulated` says to run the wheel there too."""
    return [
        {"platform": row.tag, "interface": interface, "emulated": runner_of(row) is None}
        for row in rows
        for interface in row.interfaces
    ]


def native(rows: Iterable[Row], pins: Pins) -> list[Entry]:  # noqa: ARG001 - as all
    """Return every platform that one of GitHub's machines runs, in every interface, each with its machine.

    `build` is cibuildwheel's name of what to build; what is `experimental` may fail.
    """
    return [
        {
            "platform": row.tag,
            "interface": interface,
            "runner": runner.label,
            "build": f"{_PYTHON}-{_without_version(row.tag)}",
            "experimental": bool(runner.experimental),
        }
        for row, runner in _with_runners(rows)
        for interface in row.interfaces
    ]


def tested(rows: Iterable[Row], pins: Pins) -> list[Entry]:
    """Return where wheels are tested: the same, with the `image` to do it in where it is not the machine itself."""
    return [
        {"platform": row.tag, "interface": interface, "runner": runner.label, "image": _image(row, pins)}
        for row, runner in _with_runners(rows)
        for interface in row.interfaces
    ]


def _with_runners(rows: Iterable[Row]) -> list[tuple[Row, Runner]]:
    return [(row, runner) for row in rows if (runner := runner_of(row)) is not None]


def _without_version(tag: str) -> str:
    """Return cibuildwheel's name of a platform, which is its tag without a version: ``macosx_arm64``."""
    return re.sub(r"_\d+_\d+_", "_", tag)


def _image(row: Row, pins: Pins) -> str:
    name = IMAGES.get(row.c_library)
    return pins.image(name) if name else ""


# By the names that the marks in the workflows have.
MATRICES: Mapping[str, Callable[[Iterable[Row], Pins], list[Entry]]] = {
    "cross": cross,
    "native": native,
    "tested": tested,
}


def spelled(entry: Entry) -> str:
    """Return an entry as an item of a list in YAML."""
    return f"- {{ {', '.join(f'{key}: {_value(value)}' for key, value in entry.items())} }}"


def _value(value: str | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if re.fullmatch(r"[a-z][\w.-]*", value) else f"'{value}'"
