"""CPU families that the tree does not have are told before anything is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from openblas_build import cpus
from openblas_build.errors import SettingError
from openblas_build.settings import Settings
from openblas_build.targets import chosen


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for machine, names in (("x86_64", "PRESCOTT NEHALEM SANDYBRIDGE HASWELL SKYLAKEX ZEN generic"), ("arm64", "ARMV8")):
        folder = tmp_path / "kernel" / machine
        folder.mkdir(parents=True)
        for name in names.split():
            (folder / f"KERNEL.{name}").touch()
    return tmp_path


def test_the_tables_own_are_there(tree: Path) -> None:
    cpus.check(tree, chosen(Settings(), "x86_64"))


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (Settings(target="HASWEL"), r"openblas\.target: .* for HASWEL on x86_64; did you mean HASWELL"),
        (Settings(target="ARMV8"), r"openblas\.target: .* for ARMV8 on x86_64"),
        (Settings(dynamic_list=("ZEN", "ZEN9")), r"openblas\.dynamic-list: .* ZEN9 .*\n *there are: HASWELL, NEHALEM"),
    ],
)
def test_others_are_refused(tree: Path, settings: Settings, text: str) -> None:
    with pytest.raises(SettingError, match=text):
        cpus.check(tree, chosen(settings, "x86_64"))


def test_nothing_is_known_of_other_machines(tree: Path) -> None:
    cpus.check(tree, chosen(Settings(target="ANY", dynamic_list=("OTHER",)), "sparc64"))
