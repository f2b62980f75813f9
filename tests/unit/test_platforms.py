"""What is built for, from the table and the options."""

from __future__ import annotations

import pytest

from openblas_build.errors import SettingError
from openblas_build.platforms import chosen
from openblas_build.settings import Settings


def test_table() -> None:
    platform = chosen(Settings(), "x86_64")
    assert platform.kernels == ("PRESCOTT", "NEHALEM", "SANDYBRIDGE", "HASWELL", "SKYLAKEX")
    assert platform.cmake_dynamic_list == platform.kernels[1:]


def test_list_may_be_ones_own() -> None:
    platform = chosen(Settings(dynamic_list=("HASWELL", "PRESCOTT", "ZEN")), "x86_64")
    assert platform.kernels == ("PRESCOTT", "HASWELL", "ZEN")
    assert platform.cmake_dynamic_list == ("HASWELL", "ZEN")


def test_target_has_kernels_too() -> None:
    # OpenBLAS's CMake leaves the target's out if the list does not name them.
    platform = chosen(Settings(target="HASWELL", dynamic_list=("SKYLAKEX",)), "x86_64")
    assert platform.kernels == ("PRESCOTT", "HASWELL", "SKYLAKEX")
    assert platform.cmake_dynamic_list == ("HASWELL", "SKYLAKEX")


def test_nothing_to_choose_from_is_an_error() -> None:
    with pytest.raises(SettingError, match="nothing to choose from"):
        chosen(Settings(dynamic_list=("PRESCOTT",)), "x86_64")


def test_openmp_is_linked_natively() -> None:
    assert chosen(Settings(threading="openmp"), "x86_64").glibc == "native"
    assert chosen(Settings(glibc="2.28"), "x86_64").glibc == "2.28"


def test_unknown_machine_needs_to_be_told() -> None:
    with pytest.raises(SettingError, match=r"(?s)architecture vax.*x86_64"):
        chosen(Settings(), "vax")
    assert chosen(Settings(target="VAX", dynamic_list=("VAX2",)), "vax").kernels == ("VAX", "VAX2")


@pytest.mark.parametrize("version", ["2.0", "2.5", "2.16"])
def test_c_library_older_than_the_tables_is_refused(version: str) -> None:
    with pytest.raises(SettingError, match=rf"openblas\.glibc={version}: for x86_64 the oldest is 2\.17"):
        chosen(Settings(glibc=version), "x86_64")
