"""The manifest: every change to OpenBLAS and LAPACK, with what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import OverlayError
from ..toml import tomllib
from .actions import TYPES, Action, Addition, Copy, Edit, Ending, Flags, Objects, Replacement, Template, Twice

MANIFEST_FILE = "manifest.toml"
# The folder of the files that take OpenBLAS's place, beside the manifest.
_TREE = "tree"

KINDS = ("fix", "build", "speed")

_FIELDS = {
    "id",
    "kind",
    "what",
    "why",
    "shown-by",
    "upstream",
    "openblas",
    "machines",
    "systems",
    "families",
    "compilers",
}
_FIELDS |= {"needs", "present", "absent", "required"}
_ACTIONS = ("edit", "replace", "template", "add", "copy", "flags", "object", "twice")


@dataclass(frozen=True)
class Change:
    """One change, which applies wholly or not at all.

    `kind` is ``fix`` (results, bounds, hangs), ``build`` (how it is compiled) or ``speed``. `openblas` are the versions
    that it was written for, `machines`, `systems` and `compilers` those that it is for (all if there are none),
    `families` the CPU families that it is about, for the reader. It needs the changes `needs`; where a file of
    `present` is missing, or all of `absent` are there, it has nothing to do. A tree to which a `required` one does not
    apply can't be built.
    """

    id: str
    kind: str
    what: str
    why: str
    shown_by: str
    upstream: str
    openblas: tuple[str, ...]
    machines: tuple[str, ...]
    systems: tuple[str, ...]
    families: tuple[str, ...]
    compilers: tuple[str, ...]
    needs: tuple[str, ...]
    present: tuple[str, ...]
    absent: tuple[str, ...]
    required: bool
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Manifest:
    """All changes in the order in which they are made, and the folder of this project's files."""

    changes: tuple[Change, ...]
    tree: Path

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest in `folder`.

        Raises:
            OverlayError: it is missing or not understood; the text says which entry.
        """
        path = folder / MANIFEST_FILE
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8"))["change"]
        except OSError as error:
            msg = f"cannot read the overlay's manifest {path}: {error.strerror}"
            raise OverlayError(msg) from error
        except (tomllib.TOMLDecodeError, KeyError) as error:
            msg = f"the overlay's manifest {path} is broken: {error}"
            raise OverlayError(msg) from error
        changes = tuple(_change(entry) for entry in entries)
        _check_order(changes)
        return cls(changes, folder / _TREE)


def _check_order(changes: tuple[Change, ...]) -> None:
    known: set[str] = set()
    for change in changes:
        unknown = [each for each in change.needs if each not in known]
        if change.id in known or unknown:
            wrong = f"needs {', '.join(unknown)}, not there before it" if unknown else "is there twice"
            raise _broken(change.id, wrong)
        known.add(change.id)


def _broken(name: str, reason: str) -> OverlayError:
    return OverlayError(f"the overlay's manifest is broken: the change {name} {reason}")


def _change(entry: Mapping[str, Any]) -> Change:
    name = str(entry.get("id", "without id"))
    unknown = sorted(set(entry) - _FIELDS - set(_ACTIONS))
    if unknown:
        raise _broken(name, f"has fields that nobody knows: {', '.join(unknown)}")
    if entry.get("kind") not in KINDS:
        raise _broken(name, f"is of kind {entry.get('kind')!r}; there are {', '.join(KINDS)}")
    try:
        return Change(
            id=name,
            kind=entry["kind"],
            what=entry["what"],
            why=entry["why"].strip(),
            shown_by=entry["shown-by"],
            upstream=entry["upstream"],
            openblas=tuple(entry["openblas"]),
            machines=tuple(entry.get("machines", ())),
            systems=tuple(entry.get("systems", ())),
            families=tuple(entry.get("families", ())),
            compilers=tuple(entry.get("compilers", ())),
            needs=tuple(entry.get("needs", ())),
            present=tuple(entry.get("present", ())),
            absent=tuple(entry.get("absent", ())),
            required=bool(entry.get("required", False)),
            actions=tuple(_actions(entry)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(name, f"is not understood ({error!r})") from error


def _actions(entry: Mapping[str, Any]) -> Iterator[Action]:
    # In this order, so that what others look for is there.
    if "add" in entry:
        yield Addition(tuple(entry["add"]))
    yield from (Copy(each["from"], each["to"]) for each in entry.get("copy", ()))
    for each in entry.get("edit", ()):
        yield from _edits(each)
    if "replace" in entry:
        yield Replacement(dict(entry["replace"]))
    yield from (_template(each) for each in entry.get("template", ()))
    yield from (_object(each) for each in entry.get("object", ()))
    yield from (_flags(each) for each in entry.get("flags", ()))
    yield from (Twice(tuple(each["files"]), tuple(each["flags"])) for each in entry.get("twice", ()))


def _edits(entry: Mapping[str, Any]) -> Iterator[Action]:
    types = entry.get("types")
    if types is None:
        yield _edit(entry, lambda text: text)
        return
    for x in types:
        values = {"@x@": x, "@X@": x.upper(), "@TYPE@": TYPES[x]}

        def fitted(text: str, values: Mapping[str, str] = values) -> str:
            for name, value in values.items():
                text = text.replace(name, value)
            return text

        yield _edit(entry, fitted)


def _edit(entry: Mapping[str, Any], fitted: Any) -> Action:
    files = tuple(fitted(file) for file in entry["files"])
    if "end" in entry:
        _only(entry, {"files", "types", "end"})
        return Ending(files, fitted(entry["end"]))
    _only(entry, {"files", "types", "find", "count", "put", "before", "after"})
    (way,) = {"put", "before", "after"} & set(entry)
    find, text = fitted(entry["find"]), fitted(entry[way])
    put = {"put": text, "before": text + find, "after": find + text}[way]
    return Edit(files, find, put, int(entry.get("count", 1)))


def _template(entry: Mapping[str, Any]) -> Template:
    _only(entry, {"template", "values", "makes"})
    makes, originals = {}, {}
    for file, own in entry["makes"].items():
        values = {**entry.get("values", {}), **own}
        originals[file] = str(values.pop("was"))
        makes[file] = {name: str(value) for name, value in values.items()}
    return Template(entry["template"], makes, originals)


def _object(entry: Mapping[str, Any]) -> Objects:
    _only(entry, {"name", "header", "target", "macros"})
    return Objects(entry["name"], entry["header"], entry.get("target"), tuple(entry.get("macros", ())))


def _flags(entry: Mapping[str, Any]) -> Flags:
    lists = {"flags", "files", "targets", "families", "macros", "without"}
    _only(entry, lists | {"except", "instead"})
    values: dict[str, Any] = {name: tuple(entry[name]) for name in lists if name in entry}
    return Flags(**values, exceptions=tuple(entry.get("except", ())), instead=bool(entry.get("instead", False)))


def _only(entry: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        msg = f"an action with {', '.join(unknown)}"
        raise ValueError(msg)
