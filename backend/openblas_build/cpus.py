"""Which CPU families a tree has kernels for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from .errors import SettingError
from .platforms import Platform

_RULES = "KERNEL."  # a family's file says which kernels it has


def families(tree: Path, platform: Platform) -> tuple[str, ...]:
    """Return the families that `tree` has kernels for on this machine, sorted; none if its folder is not known."""
    names = (path.name.removeprefix(_RULES) for path in (tree / "kernel" / platform.kernel_folder).glob(f"{_RULES}*"))
    return tuple(sorted(name for name in names if name.isupper()))


def check(tree: Path, platform: Platform) -> None:
    """Check that the tree has what is to be built.

    Raises:
        SettingError: it lacks a family; the text names those that there are.
    """
    if platform.kernel_folder:
        _check("target", [platform.target], families(tree, platform), platform)
        _check("dynamic-list", platform.cmake_dynamic_list, families(tree, platform), platform)


def _check(option: str, wanted: Iterable[str], there: tuple[str, ...], platform: Platform) -> None:
    for name in wanted:
        if name not in there:
            near = difflib.get_close_matches(name, there, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            msg = (
                f"openblas.{option}: OpenBLAS has no kernels for {name} on {platform.machine}{hint}\n"
                f"there are: {', '.join(there)}"
            )
            raise SettingError(msg)
