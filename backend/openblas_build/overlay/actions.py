"""What a change does to a tree. Each action says all that it missed, and then has done nothing that counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .draft import Draft, decoded, digest_of

# Under this name in the same folder stays a file that one of ours takes the place of.
KEPT = "openblas_"

# LAPACK's types of numbers: what @x@, @X@ and @TYPE@ stand for in an edit for several of them.
TYPES = {"s": "REAL", "d": "DOUBLE PRECISION", "c": "COMPLEX", "z": "COMPLEX*16"}

_SHOWN = 60  # characters of a text that is not there


@dataclass(frozen=True)
class Miss:
    """Why an action does not fit a tree: the file, and what is wrong there."""

    file: str
    reason: str

    def __str__(self) -> str:
        """Return it as part of a line."""
        return f"{self.file}: {self.reason}"


class Action(Protocol):
    """One thing that a change does."""

    def apply(self, draft: Draft, own: Path) -> Iterator[Miss]:
        """Change the draft; `own` is the folder of this project's files. Yield what does not fit."""


@dataclass(frozen=True)
class Edit:
    """In each of `files` the text `find`, there `count` times, becomes `put`."""

    files: tuple[str, ...]
    find: str
    put: str
    count: int = 1

    def apply(self, draft: Draft, own: Path) -> Iterator[Miss]:  # noqa: ARG002 - the protocol's
        """Replace the text in all files."""
        for file in self.files:
            if not draft.exists(file):
                yield Miss(file, "is not there")
                continue
            text = draft.read(file)
            found = text.count(self.find)
            if found != self.count:
                yield Miss(file, f"has {_excerpt(self.find)} {_times(found)}, not {_times(self.count)}")
            draft.put(file, text.replace(self.find, self.put))


@dataclass(frozen=True)
class Ending:
    """Each of `files` gets `text` at its end."""

    files: tuple[str, ...]
    text: str

    def apply(self, draft: Draft, own: Path) -> Iterator[Miss]:  # noqa: ARG002 - the protocol's
        """Add the text to all files."""
        for file in self.files:
            if draft.exists(file):
                draft.put(file, draft.read(file) + self.text)
            else:
                yield Miss(file, "is not there")


@dataclass(frozen=True)
class Replacement:
    """Files of ours at the paths of OpenBLAS's, which stay beside them under another name.

    `originals` are the digests of the files that ours were written for, by their paths.
    """

    originals: Mapping[str, str]

    def apply(self, draft: Draft, own: Path) -> Iterator[Miss]:
        """Put ours in place of each file."""
        for file, digest in self.originals.items():
            yield from _replace(draft, file, digest, _own_text(own, file))


@dataclass(frozen=True)
class Template:
    """Files made of one of ours, ``@NAME@`` in it replaced by the file's values, in place of LAPACK's.

    `makes` has for each path the values, `originals` the digest of the file that was there.
    """

    template: str
    makes: Mapping[str, Mapping[str, str]]
    originals: Mapping[str, str]

    def apply(self, draft: Draft, own: Path) -> Iterator[Miss]:
        """Make all files."""
        for file, values in self.makes.items():
            text = _own_text(own, self.template)
            for name, value in values.items():
                text = text.replace(f"@{name}@", value)
            yield from _replace(draft, file, self.originals[file], text)


@dataclass(frozen=True)
class Addition:
    """Files of ours that OpenBLAS has not, named by glob patterns."""

    patterns: tuple[str, ...]

    def apply(self, draft: Draft, own: Path) -> Iterator[Miss]:
        """Add the files."""
        for pattern in self.patterns:
            for path in sorted(own.glob(pattern)):
                file = path.relative_to(own).as_posix()
                if draft.exists(file):
                    yield Miss(file, "is there already")
                draft.put(file, _own_text(own, file))


@dataclass(frozen=True)
class Copy:
    """A file of the tree under a second path."""

    source: str
    target: str

    def apply(self, draft: Draft, own: Path) -> Iterator[Miss]:  # noqa: ARG002 - the protocol's
        """Copy the file."""
        if draft.exists(self.target):
            yield Miss(self.target, "is there already")
        if not draft.exists(self.source):
            yield Miss(self.source, "is not there")
            return
        draft.put(self.target, draft.read(self.source))


@dataclass(frozen=True)
class Flags:
    """Compiler flags for what is compiled of `files` (patterns, without those of `exceptions`), or of a whole target.

    They hold for objects of the CPU families in `families`, compiled with all `macros` and none of `without`, if these
    are given. `instead` says that they take the place of flags that came before.
    """

    flags: tuple[str, ...]
    files: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    macros: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    instead: bool = False

    def apply(self, draft: Draft, own: Path) -> Iterator[Miss]:  # noqa: ARG002 - the protocol's
        """Look whether there is something for each pattern."""
        for pattern in (*self.files, *self.exceptions):
            if not draft.matching(pattern) and pattern not in draft.changed:
                yield Miss(pattern, "names no file")

    def chosen(self, draft: Draft) -> list[str]:
        """Return the paths of the files that get the flags."""
        out = {path for pattern in self.exceptions for path in draft.matching(pattern)}
        found = {path for pattern in self.files for path in (*draft.matching(pattern), pattern) if draft.exists(path)}
        return sorted(found - out)


@dataclass(frozen=True)
class Objects:
    """An object more for each of BLAS's types, from a header of ours: in every CPU's kernels, or once in `target`."""

    name: str
    header: str
    target: str | None = None
    macros: tuple[str, ...] = ()

    def apply(self, draft: Draft, own: Path) -> Iterator[Miss]:  # noqa: ARG002 - the protocol's
        """Look whether the header is there."""
        if not draft.exists(self.header):
            yield Miss(self.header, "is not there")


@dataclass(frozen=True)
class Twice:
    """Files of LAPACK that are compiled twice, the second time with `flags`, and chosen when the library is loaded."""

    files: tuple[str, ...]
    flags: tuple[str, ...] = field(default=())

    def apply(self, draft: Draft, own: Path) -> Iterator[Miss]:  # noqa: ARG002 - the protocol's
        """Look whether there is something for each pattern."""
        for pattern in self.files:
            if not draft.matching(pattern):
                yield Miss(pattern, "names no file")

    def chosen(self, draft: Draft) -> list[str]:
        """Return the paths of the files."""
        return sorted({path for pattern in self.files for path in draft.matching(pattern)})


def _replace(draft: Draft, file: str, digest: str, text: str) -> Iterator[Miss]:
    if not draft.exists(file):
        yield Miss(file, "is not there, and a file of ours was to take its place")
        return
    original = draft.read(file)
    found = digest_of(original)
    if found != digest:
        yield Miss(file, f"is another file (sha256 {found}...) than ours takes the place of ({digest}...)")
    folder, _, name = file.rpartition("/")
    draft.put(f"{folder}/{KEPT}{name}", original)
    draft.put(file, text)


def _own_text(own: Path, file: str) -> str:
    return decoded((own / file).read_bytes())


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _excerpt(text: str) -> str:
    line = max((each.strip() for each in text.splitlines()), key=len, default=text)
    return f"`{line[:_SHOWN]}`" + ("..." if len(line) > _SHOWN or "\n" in text.strip() else "")
