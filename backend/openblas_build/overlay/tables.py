"""What the overlay's CMake modules have to know: compiler flags, further objects, files compiled twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from .actions import Flags, Objects, Twice
from .draft import Draft
from .manifest import Change

# Read by overlay/tree/cmake/overlay/Overlay.cmake.
TABLES_FILE = "cmake/overlay/Tables.cmake"


def tables(changes: Iterable[Change], draft: Draft) -> str:
    """Return the CMake script with the tables of the changes that are made in `draft`."""
    actions = [action for change in changes for action in change.actions]
    lines = ["# Written by the build backend, of overlay/manifest.toml."]
    lines += _flags([each for each in actions if isinstance(each, Flags)], draft)
    lines += _objects([each for each in actions if isinstance(each, Objects)])
    lines += _twice([each for each in actions if isinstance(each, Twice)], draft)
    return "\n".join(lines) + "\n"


def _flags(rules: list[Flags], draft: Draft) -> Iterator[str]:
    of_file: dict[str, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        yield _set(f"OVERLAY_RULE_{number}_FLAGS", rule.flags)
        for name in ("families", "macros", "without"):
            yield _set(f"OVERLAY_RULE_{number}_{name.upper()}", getattr(rule, name))
        yield _set(f"OVERLAY_RULE_{number}_INSTEAD", ["yes" if rule.instead else "no"])
        for path in rule.chosen(draft):
            of_file[path].append(number)
        for target in rule.targets:
            yield f"list(APPEND OVERLAY_FLAGS_OF_TARGET_{target} {' '.join(rule.flags)})"
            yield f"list(APPEND OVERLAY_TARGETS_WITH_FLAGS {target})"
    for path, numbers in sorted(of_file.items()):
        yield _set(f"OVERLAY_RULES_OF_{path}", map(str, numbers))


def _objects(objects: list[Objects]) -> Iterator[str]:
    yield _set("OVERLAY_OBJECTS_OF_CPUS", [each.name for each in objects if each.target is None])
    yield _set("OVERLAY_OBJECTS", [each.name for each in objects if each.target is not None])
    for each in objects:
        yield _set(f"OVERLAY_OBJECT_{each.name}_HEADER", [each.header])
        yield _set(f"OVERLAY_OBJECT_{each.name}_MACROS", each.macros)
        yield _set(f"OVERLAY_OBJECT_{each.name}_TARGET", [each.target or ""])


def _twice(kinds: list[Twice], draft: Draft) -> Iterator[str]:
    for kind in kinds:
        yield _set("OVERLAY_TWICE_FLAGS", kind.flags)
        yield _set("OVERLAY_TWICE", kind.chosen(draft))


def _set(name: str, values: Iterable[str]) -> str:
    return f"set([[{name}]] [[{';'.join(values)}]])"
