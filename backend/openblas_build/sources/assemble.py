"""Make one tree of one or two archives, with a record of what it was made of."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Callable

from ..errors import SourceError
from .lock import LAPACK, OPENBLAS, Archive, Correction, LockedSource
from .tree import PROVENANCE_FILE, Tree, is_openblas
from .unpack import unpack

_FORTRAN_FILE = re.compile(r"(?<![\w./])[A-Za-z0-9_]+\.[fF](?:90)?\b")
# Folders of LAPACK where cmake/lapack.cmake looks for the files that it names.
_LAPACK_FOLDERS = ("SRC", "SRC/DEPRECATED", "TESTING/MATGEN", "INSTALL")

# OpenBLAS's list of LAPACK files is that of its own copy, which is ahead of every release
# of the reference LAPACK. These, and no others, may be missing in a release; what they
# define is on the list of differences from the published wheels.
_AHEAD_OF_RELEASE = re.compile(r"[sdcz]larft_lvl2\.f|[sd]combssq\.f|[sdcz]larf1[fl]\.f|[sdcz]gelst\.f")


def assemble(source: LockedSource, archives: Mapping[Archive, Path], target: Path) -> Tree:
    """Unpack verified `archives` into the tree `target`, which appears whole or not at all.

    Raises:
        SourceError: an archive is not safe to unpack, or does not hold what it should.
    """
    files = {archive.role: path for archive, path in archives.items()}
    record: dict[str, object] = {
        "kind": source.kind,
        "version": source.version,
        "archives": [{"role": archive.role, "name": archive.name, "sha256": archive.sha256} for archive in archives],
    }
    return build_tree(files[OPENBLAS], files.get(LAPACK), record, target, source.corrections)


def build_tree(
    openblas: Path,
    lapack: Path | None,
    record: dict[str, object],
    target: Path,
    corrections: Sequence[Correction] = (),
) -> Tree:
    """Unpack `openblas`, put `lapack` into it if there is one, with `corrections`, and move the result to `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".assembling-", dir=target.parent) as work:
        root = _unpacked(openblas, Path(work) / OPENBLAS, is_openblas)
        edits: list[str] = []
        if lapack is not None:
            netlib = _unpacked(lapack, Path(work) / LAPACK, lambda path: (path / "SRC").is_dir())
            for correction in corrections:
                _correct(netlib, correction)
            shutil.move(netlib, root / "lapack-netlib")
            edits = list(_fit_lapack(root))
        whole = {**record, "corrections": [_title(correction) for correction in corrections], "edits": edits}
        (root / PROVENANCE_FILE).write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
        Tree.open(root)
        try:
            root.replace(target)
        except OSError:
            # Another build was faster; its tree is as good as ours.
            if not is_openblas(target):
                raise
    return Tree.open(target)


def _unpacked(archive: Path, folder: Path, wanted: Callable[[Path], bool]) -> Path:
    unpack(archive, folder)
    inside = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    found = [path for path in inside if wanted(path)]
    if not found:
        msg = f"{archive} does not hold the {folder.name} sources"
        raise SourceError(msg)
    return found[0]


def made_with(tree: Tree, corrections: Sequence[Correction]) -> bool:
    """Tell whether `tree` was assembled with just these corrections."""
    titles = [_title(correction) for correction in corrections]
    return bool(tree.provenance.get("corrections", []) == titles)


def _correct(folder: Path, correction: Correction) -> None:
    path = folder / correction.file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    places = [number for number, line in enumerate(lines, 1) if line.rstrip() == correction.after]
    if len(places) != 1:
        msg = (
            f"{correction.archive}: {correction.file} should have one line {correction.after.strip()!r}, "
            f"and has {len(places)}; the lock's correction does not fit"
        )
        raise SourceError(msg)
    lines.insert(places[0], correction.insert + "\n")
    path.write_text("".join(lines), encoding="utf-8")


def _title(correction: Correction) -> str:
    return f"{correction.file}: added {correction.insert.strip()!r}, because {correction.reason}"


def _fit_lapack(root: Path) -> Iterable[str]:
    """Fit a release of the reference LAPACK to OpenBLAS's build; yield what was changed."""
    include = root / "lapack-netlib" / "LAPACKE" / "include"
    mangling = include / "lapacke_mangling.h"
    if not mangling.exists():
        # A release makes it at configure time; OpenBLAS's copy has it.
        shutil.copyfile(include / "lapacke_mangling_with_flags.h.in", mangling)
        yield "made LAPACKE/include/lapacke_mangling.h from its template"
    listing = root / "cmake" / "lapack.cmake"
    text = listing.read_text(encoding="utf-8")
    missing = sorted(name for name in set(_FORTRAN_FILE.findall(text)) if not _in_lapack(root, name))
    unexpected = [name for name in missing if not _AHEAD_OF_RELEASE.fullmatch(name)]
    if unexpected:
        msg = f"the LAPACK archive lacks files that OpenBLAS's build names: {', '.join(unexpected)}"
        raise SourceError(msg)
    if missing:
        names = "|".join(re.escape(name) for name in missing)
        listing.write_text(re.sub(rf"(?<![\w./])(?:{names})\b", "", text), encoding="utf-8")
        yield f"cmake/lapack.cmake: left out {', '.join(missing)}, which this LAPACK does not have"


def _in_lapack(root: Path, name: str) -> bool:
    return any((root / "lapack-netlib" / folder / name).exists() for folder in _LAPACK_FOLDERS)
