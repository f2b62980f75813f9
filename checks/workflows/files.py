"""The workflows' files: lists are written between marks, digests wherever something of others is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from openblas_build.errors import BuildError
from openblas_build.targets import Row

from .matrices import MATRICES, Entry, spelled
from .pins import Pins

# A list's marks, with the white space before them: "# cross: begin" and "# cross: end".
_LIST = re.compile(r"(?ms)^(?P<space> *)# (?P<name>\w+): begin(?P<about>[^\n]*)\n.*?^ *# (?P=name): end$")
_USES = re.compile(r"(?m)(?<=\buses: )(?P<name>\w[\w.-]*/[\w./-]+)(@.*)?$")
_IMAGE = re.compile(r"(?m)(?<=\bimage: )(?P<name>[a-z][\w./-]*)(:[\w.-]+)?(@\S+)?$")


def paths(root: Path) -> list[Path]:
    """Return the workflows of a project."""
    return sorted((root / ".github" / "workflows").glob("*.yml"))


def pins_of(root: Path) -> Pins:
    """Return what the workflows of a project take from others."""
    return Pins.read(root / ".github" / "pins.toml")


def outdated(root: Path, lists: Mapping[str, list[Entry]], pins: Pins) -> Iterator[tuple[Path, str]]:
    """Yield every workflow that is not as the tables want it, with the text that it should have."""
    for path in paths(root):
        text = path.read_text(encoding="utf-8")
        wanted = written(text, lists, pins)
        if text != wanted:
            yield path, wanted


def lists_of(rows: Iterable[Row], pins: Pins) -> dict[str, list[Entry]]:
    """Return all lists, by the names of their marks."""
    return {name: make(rows, pins) for name, make in MATRICES.items()}


def written(text: str, lists: Mapping[str, list[Entry]], pins: Pins) -> str:
    """Return a workflow's text with the lists of the tables and the digests of what is pinned.

    Raises:
        BuildError: there is no such list, or something is not pinned.
    """

    def listed(match: re.Match[str]) -> str:
        if match["name"] not in lists:
            msg = f"there is no list {match['name']}; there are: {', '.join(lists)}"
            raise BuildError(msg)
        begin, *_, end = match[0].splitlines()
        return "\n".join([begin, *(match["space"] + spelled(entry) for entry in lists[match["name"]]), end])

    text = _LIST.sub(listed, text)
    text = _USES.sub(lambda match: pins.action(match["name"]), text)
    return _IMAGE.sub(lambda match: pins.image(match["name"]), text)
