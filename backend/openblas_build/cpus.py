"""Which CPU families a tree has kernels for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from .errors import SettingError
from .targets import Target

_RULES = "KERNEL."  # a family's file says which kernels it has


def families(tree: Path, target: Target) -> tuple[str, ...]:
    """Return the families that `tree` has kernels for on this machine, sorted; none if its folder is not known."""
    names = (path.name.removeprefix(_RULES) for path in (tree / "kernel" / target.row.kernel_folder).glob(f"{_RULES}*"))
    return tuple(sorted(name for name in names if name.isupper()))


def check(tree: Path, target: Target) -> None:
    """Check that the tree has what is to be built.

    Raises:
        SettingError: it lacks a family; the text names those that there are.
    """
    if target.row.kernel_folder:
        _check("target", [target.target], families(tree, target), target)
        _check("dynamic-list", target.cmake_dynamic_list, families(tree, target), target)


def _check(option: str, wanted: Iterable[str], there: tuple[str, ...], target: Target) -> None:
    for name in wanted:
        if name not in there:
            near = difflib.get_close_matches(name, there, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            msg = (
                f"openblas.{option}: OpenBLAS has no kernels for {name} on {target.machine}{hint}\n"
                f"there are: {', '.join(there)}"
            )
            raise SettingError(msg)
