"""``python -m checks.wheels.compare NATIVE CROSS``: wheels made on a machine of their platform, and on another one.

NATIVE and CROSS are two wheels, or two folders of them. Of folders, CROSS has to hold every wheel of the table of
platforms, and each of NATIVE is compared with the one of its package and tags there. The two were made by different
compilers: their bytes differ, what they hold may not. The exit status is 1 where something does. ``--summary FILE``
appends the table to a file.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.status import status_of
from checks.tables import markdown
from openblas_build.console import say
from openblas_build.errors import AuditError
from openblas_build.naming import INTERFACES
from openblas_build.targets import ROWS, Row
from openblas_build.targets.c_libraries import C_LIBRARIES

from .facts import WheelFacts, facts_of

_HEAD = ("wheel", "MB: native, cross", "library", "functions", "kernels", "C library: native, cross", "")
_SHOWN = 10
# What two wheels have to have in common, by the names of facts.
_SAME = {
    "tags": "platform tags",
    "version": "the version",
    "files": "files",
    "exports": "exported names",
    "kernels": "kernels of CPU families",
    "meant": "what the build was told",
}


@dataclass(frozen=True)
class Pair:
    """A wheel by the table's cross compilers, and one that was made on its own platform if there is one."""

    native: WheelFacts | None
    cross: WheelFacts

    @property
    def differences(self) -> tuple[str, ...]:
        """What is wrong with the two of them."""
        return tuple(differences(self.native, self.cross)) if self.native else tuple(_breaches(self.cross, "cross"))


def differences(native: WheelFacts, cross: WheelFacts) -> Iterator[str]:
    """Yield in what two wheels of a platform differ that may not, and what is against one of them by itself.

    The versions that they need of the C library may differ, as long as each is within what the tag promises, which is
    the audit's.
    """
    for fact, title in _SAME.items():
        one, other = _as_set(getattr(native, fact)), _as_set(getattr(cross, fact))
        for way, only in (("native", one - other), ("cross", other - one)):
            if only:
                yield f"{title} in the {way} wheel only: {_listed(only)}"
    yield from _breaches(native, "native")
    yield from _breaches(cross, "cross")


def _breaches(wheel: WheelFacts, way: str) -> Iterator[str]:
    yield from (f"the {way} wheel breaks the contract: {breach}" for breach in wheel.breaches)


def _as_set(value: str | frozenset[str]) -> frozenset[str]:
    return frozenset((value,)) if isinstance(value, str) else value


def _listed(names: Iterable[str]) -> str:
    shown = sorted(names)
    more = len(shown) - _SHOWN
    return ", ".join(shown[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def paired(native: Iterable[WheelFacts], cross: Iterable[WheelFacts]) -> list[Pair]:
    """Return every cross wheel with its native one.

    Raises:
        AuditError: a native wheel has no other, or a wheel is there twice.
    """
    natives, crosses = _by_key(native), _by_key(cross)
    alone = [wheel.path.name for key, wheel in natives.items() if key not in crosses]
    if alone:
        msg = f"made on its own platform only, and not by 'make wheel PLATFORM=...': {', '.join(alone)}"
        raise AuditError(msg)
    return [Pair(natives.get(key), wheel) for key, wheel in crosses.items()]


def _by_key(wheels: Iterable[WheelFacts]) -> dict[tuple[str, str], WheelFacts]:
    found: dict[tuple[str, str], WheelFacts] = {}
    for wheel in wheels:
        if wheel.key in found:
            msg = f"two wheels for the same: {found[wheel.key].path} and {wheel.path}"
            raise AuditError(msg)
        found[wheel.key] = wheel
    return found


def lacking(names: Sequence[str], rows: Iterable[Row]) -> list[str]:
    """Return the wheels that the table of platforms wants and that are not among these files' names."""
    wanted = {
        f"{row.tag}, {name}": f"{INTERFACES[name].package}-*-{C_LIBRARIES[row.c_library].tag_pattern(row.machine)}.whl"
        for row in rows
        for name in row.interfaces
    }
    return [title for title, pattern in wanted.items() if not fnmatch.filter(names, pattern)]


def table(pairs: Iterable[Pair]) -> str:
    """Return the table in Markdown."""
    return markdown(_HEAD, map(_cells, pairs))


def _cells(pair: Pair) -> tuple[str, ...]:
    wheels = [wheel for wheel in (pair.native, pair.cross) if wheel]
    outcome = "differ" if pair.differences else "same" if pair.native else "cross only"
    return (
        " ".join(pair.cross.key),
        ", ".join(f"{wheel.size / 1e6:.1f}" for wheel in wheels),
        ", ".join(f"{wheel.library_size / 1e6:.1f}" for wheel in wheels),
        f"{len(pair.cross.exports):,}",
        str(len(pair.cross.kernels)),
        ", ".join(wheel.oldest for wheel in wheels),
        outcome,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and the differences; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m checks.wheels.compare", description=__doc__)
    parser.add_argument("native", type=Path, help="a wheel, or a folder of wheels, made on the platform itself")
    parser.add_argument("cross", type=Path, help="a wheel, or a folder of wheels, made on another machine")
    parser.add_argument("--summary", type=Path, help="append the table to this file")
    options = parser.parse_args(arguments)
    return status_of(lambda: _compare(options.native, options.cross, options.summary))


def _compare(native: Path, cross: Path, summary: Path | None) -> None:
    if cross.is_dir():
        missing = lacking([path.name for path in _wheels(cross)], ROWS.values())
        if missing:
            msg = f"wheels of the table of platforms that are not in {cross}: {'; '.join(missing)}"
            raise AuditError(msg)
        pairs = paired(map(facts_of, _wheels(native)), map(facts_of, _wheels(cross)))
    else:
        pairs = [Pair(facts_of(native), facts_of(cross))]
    text = table(pairs)
    print(text, end="")
    if summary:
        with summary.open("a", encoding="utf-8") as file:
            file.write(text)
    wrong = [f"{' '.join(pair.cross.key)}: {each}" for pair in pairs for each in pair.differences]
    if wrong:
        raise AuditError("\n".join(["the wheels of both ways are not the same:", *wrong]))
    say(f"the same in both ways: {sum(pair.native is not None for pair in pairs)} of {len(pairs)} wheels")


def _wheels(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.whl"))


if __name__ == "__main__":
    sys.exit(main())
