"""Where the members of an archive go: each to its own place in the folder, none through another, none outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NoReturn

from .members import Kind, Member

# Far above what any release of OpenBLAS or LAPACK has (10,000 members, 200 MB).
MOST_MEMBERS = 200_000
MOST_BYTES = 4 << 30


class UnsafeError(Exception):
    """A member that is not unpacked; the text says which and why."""


@dataclass
class Layout:
    """Members by their place, a path with slashes in it and no more; the order of writing is that of the fields."""

    folders: dict[str, Member] = field(default_factory=dict)
    files: dict[str, Member] = field(default_factory=dict)
    hard_links: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, members: Iterable[Member]) -> Layout:
        """Return the places of all `members`.

        Raises:
            UnsafeError: one of them would be written or lead outside, or in another one's place.
        """
        layout, total = cls(), 0
        for number, member in enumerate(members):
            total += layout._add(member)
            if number >= MOST_MEMBERS or total > MOST_BYTES:
                _refuse(f"it has more than {MOST_MEMBERS:,} members, or {MOST_BYTES:,} bytes")
        # Now that all are known: a link may come after what is below it.
        layout._check_parents()
        for place, target in layout.links.items():
            layout._check_target(place, target)
        return layout

    def _add(self, member: Member) -> int:
        """Take a member in, and return how many bytes it takes on disk."""
        place = _place(member.name)
        if member.kind is Kind.OTHER:
            _refuse(f"it has {Kind.OTHER.value}: {member.name!r}")
        if not place:
            if member.kind is not Kind.FOLDER:
                _refuse(f"it has {member.kind.value} in the place of the folder itself: {member.name!r}")
            return 0
        if self._kind(place) is not None and not (member.kind is Kind.FOLDER is self._kind(place)):
            _refuse(f"it has {member.name!r} twice, as {_named(self._kind(place))} and as {member.kind.value}")
        if member.kind is Kind.FOLDER:
            self.folders[place] = member
        elif member.kind is Kind.FILE:
            self.files[place] = member
        elif member.kind is Kind.LINK:
            self.links[place] = member.target
        else:
            self.hard_links[place] = self._file_of(member)
            return self.files[self.hard_links[place]].size
        return member.size

    def _kind(self, place: str) -> Kind | None:
        tables = (
            (self.folders, Kind.FOLDER),
            (self.files, Kind.FILE),
            (self.links, Kind.LINK),
            (self.hard_links, Kind.HARD_LINK),
        )
        return next((kind for table, kind in tables if place in table), None)

    def _file_of(self, member: Member) -> str:
        """Return the place of the file that a hard link is another name of; it counts from the archive's top."""
        target = _place(member.target, f"{member.name} -> {member.target}")
        file = self.hard_links.get(target, target)
        if file not in self.files:
            _refuse(f"it has a hard link to what is no file before it: {member.name!r} -> {member.target!r}")
        return file

    def _check_parents(self) -> None:
        for table in (self.folders, self.files, self.hard_links, self.links):
            for place in table:
                for parent in _parents(place):
                    kind = self._kind(parent)
                    if kind not in (None, Kind.FOLDER):
                        what = "link" if kind is Kind.LINK else "file"
                        _refuse(f"it has a member below the {what} {parent!r}: {place!r}")

    def _check_target(self, place: str, target: str) -> None:
        """Follow a symbolic link part by part: no step may lead out, or through another link."""
        shown = f"{place!r} -> {target!r}"
        if not target or "\0" in target:
            _refuse(f"it has a link to nothing: {shown}")
        at, parts = place.split("/")[:-1], target.split("/")
        if target.startswith("/") or "\\" in target:
            _refuse(f"it has a link that leads outside of its folder: {shown}")
        for number, part in enumerate(parts, 1):
            if part == "..":
                if not at:
                    _refuse(f"it has a link that leads outside of its folder: {shown}")
                at.pop()
            elif part not in ("", "."):
                at.append(part)
                if number < len(parts) and "/".join(at) in self.links:
                    _refuse(f"it has a link that leads through the link {'/'.join(at)!r}: {shown}")


def _place(name: str, shown: str = "") -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or not name:
        _refuse(f"it has a member that leads outside of its folder: {shown or name!r}")
    return "/".join(path.parts)


def _parents(place: str) -> Iterable[str]:
    parts = place.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts)))


def _named(kind: Kind | None) -> str:
    return kind.value if kind else "nothing"


def _refuse(reason: str) -> NoReturn:
    raise UnsafeError(reason)
