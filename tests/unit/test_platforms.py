"""What is built for, from the table and the options."""

from __future__ import annotations

import dataclasses
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from artifacts import ROOT
from compiling import Compiler
from openblas_build import trial
from openblas_build.audit import Contract, audit_file, audit_library
from openblas_build.cmake import cross_variables
from openblas_build.errors import SettingError, ToolError
from openblas_build.naming import INTERFACES, SCIPY_ILP64
from openblas_build.relink import default_tools, relink
from openblas_build.settings import Settings
from openblas_build.targets import ROWS, Row, Target, chosen, compilable, own_row, row_of
from openblas_build.targets.c_libraries import C_LIBRARIES
from openblas_build.targets.formats import FORMATS, read_library
from openblas_build.targets.packages import missing
from openblas_build.targets.tools import CompilerVersion, cross_tools
from small_openblas import archive

AARCH64 = "manylinux_2_17_aarch64"
X86_64 = "manylinux_2_17_x86_64"
# In an ELF file: where the number of the machine is, and numbers.
MACHINE_AT, EM_AARCH64, EM_S390 = 18, 183, 22


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
    assert chosen(Settings(threading="openmp"), "x86_64").c_version == "native"
    assert chosen(Settings(glibc="2.28"), "x86_64").c_version == "2.28"


def test_unknown_machine_needs_to_be_told() -> None:
    with pytest.raises(SettingError, match=r"(?s)architecture vax.*x86_64"):
        chosen(Settings(), "vax")
    assert chosen(Settings(target="VAX", dynamic_list=("VAX2",)), "vax").kernels == ("VAX", "VAX2")


def test_list_is_refused_where_openblas_has_its_own() -> None:
    with pytest.raises(SettingError, match="ZARCH_GENERIC, Z13, Z14 on s390x; give no"):
        chosen(Settings(platform="manylinux_2_17_s390x", dynamic_list=("Z14",)))


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.tag)
def test_rows_are_whole(row: Row) -> None:
    c_library = C_LIBRARIES[row.c_library]
    assert row.object_format in FORMATS
    assert c_library.version_of_tag(f"x-{row.tag}.whl") == row.oldest
    assert fnmatch(row.tag, c_library.tag_pattern(row.machine))
    assert set(row.interfaces) <= set(INTERFACES)
    assert len(row.kernels) == len({row.fallback, row.target, *row.dynamic_list})
    assert row.kernel_folder
    assert row.debian
    assert row.cross is not None
    assert set(row.cross.programs) <= set(row.cross.packages)


def test_readme_lists_every_platform_with_its_packages_and_kernels() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for row in ROWS.values():
        (line,) = (line for line in readme.splitlines() if line.startswith(f"| `{row.tag}` |"))
        assert ", ".join(row.kernels) in line
        assert row.cross is not None
        assert all(f"`{row.cross.packages[program]}`" in line for program in (row.cross.c[0], row.cross.fortran[0]))


@pytest.mark.parametrize(
    ("tag", "nearest"),
    [
        ("manylinux_2_28_aarch64", AARCH64),
        ("manylinux2014_aarch64", AARCH64),
        ("manylinux_2_17_amd64", X86_64),
        ("linux-aarch64", None),
    ],
)
def test_unknown_tag_is_told_with_the_list_and_the_nearest(tag: str, nearest: str | None) -> None:
    with pytest.raises(SettingError) as caught:
        chosen(Settings.load({"openblas.platform": tag}, {}))
    text = str(caught.value)
    assert nearest is None or f"did you mean {nearest}?" in text
    assert nearest is None or ", ".join(ROWS) in text


def test_own_platform_may_be_named() -> None:
    own = own_row().tag
    named, silent = chosen(Settings(platform=own)), chosen(Settings())
    assert not named.cross
    assert (named.folder, silent.folder) == (own, os.uname().machine)
    assert dataclasses.replace(named, named=False) == silent


@pytest.mark.parametrize(("machine", "tag"), [("AMD64", "win_amd64"), ("ARM64", "win_arm64")])
def test_on_windows_its_own_platform_and_tools_are_taken(
    machine: str, tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As far as this can be told elsewhere: nothing is compiled.
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr(platform, "machine", lambda: machine)
    for settings in (Settings(), Settings(platform=tag)):
        target = chosen(settings)
        assert (target.row, target.cross, target.foreign) == (row_of(tag), False, False)
        with pytest.raises(ToolError, match="pacman -S mingw"):
            target.tools.check({"PATH": str(tmp_path)})


def foreign() -> Target:
    """A platform that this machine is not."""
    return chosen(Settings(platform=next(tag for tag, row in ROWS.items() if row.machine != os.uname().machine)))


def test_another_machine_has_tools_of_its_own_and_a_build_folder(tmp_path: Path) -> None:
    target = foreign()
    assert target.cross
    assert target.folder == target.row.tag
    assert target.c_version == target.row.oldest
    assert target.row.cross is not None
    assert target.tools.c.names == (" ".join(target.row.cross.c),)
    assert target.python_environment == {"_PYTHON_HOST_PLATFORM": f"linux-{target.machine}"}
    assert chosen(Settings()).python_environment == {}
    assert cross_variables(chosen(Settings()), {}, tmp_path) == {}


def with_programs(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return an environment in which programs of these names are all that there is."""
    for name in names:
        (folder / name).symlink_to(shutil.which("true", path=os.defpath) or "/bin/true")
    return {"PATH": str(folder)}


def test_cmake_is_told_of_the_machine(tmp_path: Path) -> None:
    target = foreign()
    cross = target.row.cross
    assert cross is not None
    environ = with_programs(tmp_path, {*cross.packages, cross.c[0], "cc"})
    variables = cross_variables(target, environ, tmp_path)
    assert variables["CMAKE_SYSTEM_PROCESSOR"] == target.machine
    assert variables["CMAKE_C_COMPILER"] == cross.c[0]
    assert variables["CMAKE_OBJCOPY"] == str(tmp_path / cross.objcopy)
    assert variables["OPENBLAS_HOST_C_COMPILER"] == str(tmp_path / "cc")
    given = cross_variables(target, {**environ, "CC": "cc -m64", "CFLAGS": "-g"}, tmp_path)
    assert (given["CMAKE_C_COMPILER"], given["CMAKE_C_FLAGS"]) == ("cc", "-m64 -g")


PROGRAMS = [(tag, program) for tag, row in ROWS.items() if row.cross for program in row.cross.programs]


@pytest.mark.parametrize(("tag", "program"), PROGRAMS)
def test_missing_cross_tool_is_told_with_its_package(tmp_path: Path, tag: str, program: str) -> None:
    cross = ROWS[tag].cross
    assert cross is not None
    environ = with_programs(tmp_path, {each for each in cross.packages if each != program})
    with pytest.raises(ToolError, match=rf"looked for {program}.*\)(.|\n)*apt install {cross.packages[program]}"):
        cross_tools(cross).check(environ)


def test_missing_packages_are_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = foreign()
    assert target.row.cross is not None
    assert target.row.emulator is not None
    monkeypatch.setenv("PATH", str(tmp_path))
    wanted = list(dict.fromkeys(target.row.cross.packages.values()))
    assert missing(target) == wanted
    assert missing(target, tests=True) == [*wanted, target.row.emulator.package]
    with_programs(tmp_path, [next(iter(target.row.cross.packages))])
    assert missing(target) == wanted[1:]
    assert missing(chosen(Settings())) == []


_PACKAGES = "openblas_build.targets.packages"


@pytest.mark.parametrize("tag", ROWS)
def test_missing_packages_are_told_by_a_python_without_any_package(tag: str) -> None:
    """make asks before there is an environment."""
    code = (
        "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module(sys.argv.pop(1), run_name='__main__')"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(ROOT / "backend"), _PACKAGES, tag, "--emulator"]
    done = subprocess.run(command, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ROWS[tag].emulator is None or ROWS[tag].machine == os.uname().machine or "qemu" in done.stdout


@pytest.mark.parametrize(
    ("tag", "compiler", "out"),
    [
        (AARCH64, CompilerVersion("GNU", "12.2"), {"ARMV9SME"}),
        (AARCH64, CompilerVersion("GNU", "9.4"), {"ARMV9SME", "NEOVERSEV1", "NEOVERSEN2", "ARMV8SVE", "A64FX"}),
        (AARCH64, CompilerVersion("GNU", "14.1"), set()),
        (AARCH64, CompilerVersion("Clang", "19.1"), set()),
        (X86_64, CompilerVersion("GNU", "4.8"), set()),
    ],
)
def test_families_that_a_compiler_is_too_old_for_are_left_out(
    tag: str, compiler: CompilerVersion, out: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    target = chosen(Settings(platform=tag))
    made = compilable(target, compiler, listed=False)
    assert set(target.kernels) - set(made.kernels) == out
    assert all(family in capsys.readouterr().out for family in [*out][:1])
    if out:
        with pytest.raises(SettingError, match="CC"):
            compilable(target, compiler, listed=True)


def test_families_that_cannot_be_left_out_are_an_error() -> None:
    with pytest.raises(SettingError, match=r"POWER10 on ppc64le: the kernels want GNU 12\.3 or Clang 12"):
        compilable(chosen(Settings(platform="manylinux_2_17_ppc64le")), CompilerVersion("GNU", "12.2"), listed=False)


def test_openmp_is_built_on_the_machine_itself() -> None:
    with pytest.raises(SettingError, match="build it there"):
        chosen(Settings(platform=foreign().row.tag, threading="openmp"))


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.tag)
def test_cross_tools_make_a_tiny_library(row: Row) -> None:
    assert row.cross is not None
    target = chosen(Settings(platform=row.tag, interface=row.interfaces[0]))
    lacking = [program for program in row.cross.programs if target.foreign and shutil.which(program) is None]
    if lacking:
        pytest.skip(f"'make wheel PLATFORM={row.tag}' installs what is missing here: {', '.join(lacking)}")
    trial.check(target, SCIPY_ILP64, "pthreads", os.environ)


def test_compiler_of_another_machine_is_told() -> None:
    # As if CC named this machine's.
    target = dataclasses.replace(foreign(), cross=False)
    with pytest.raises(ToolError, match=f"makes code for {os.uname().machine}, and the platform {target.row.tag}"):
        trial.check(target, SCIPY_ILP64, "pthreads", os.environ)


@pytest.fixture
def library(compiler: Compiler) -> Path:
    made = compiler.folder / SCIPY_ILP64.file_name
    relink(archive(compiler), made, SCIPY_ILP64, default_tools(), compiler.folder / "work")
    return made


def with_machine(library: Path, number: int) -> Path:
    """Change the machine that a library says it is for."""
    content = bytearray(library.read_bytes())
    content[MACHINE_AT : MACHINE_AT + 2] = number.to_bytes(2, "little")
    library.write_bytes(content)
    return library


def test_machines_of_libraries_are_told(library: Path) -> None:
    assert read_library(library).machine == os.uname().machine
    assert read_library(with_machine(library, EM_AARCH64)).machine == "aarch64"
    # s390x has its bytes the other way round: this is none of the table's.
    assert read_library(with_machine(library, EM_S390)).machine == "EM_S390"


def test_library_of_another_machine_breaks_the_contract(library: Path) -> None:
    contract = Contract(machine="x86_64", kernels=("HASWELL",))
    checks = {
        finding.check: finding.message
        for finding in audit_library(with_machine(library, EM_AARCH64), contract).findings
    }
    assert "is for aarch64, the platform for x86_64" in checks["machine"]


@pytest.mark.parametrize(("tag", "breach"), [(AARCH64, False), (X86_64, True), ("linux_aarch64", False)])
def test_wheels_name_says_the_machine(library: Path, tmp_path: Path, tag: str, breach: bool) -> None:
    wheel = tmp_path / f"scipy_openblas64-1-py3-none-{tag}.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.write(with_machine(library, EM_AARCH64), f"scipy_openblas64/lib/{library.name}")
    report = audit_file(wheel)
    assert any(finding.check == "machine" for finding in report.findings) is breach
    # Its kernels are those that the table has for the machine.
    (kernels,) = (finding for finding in report.findings if finding.check == "kernels")
    assert "NEOVERSEN1" in kernels.names


@pytest.mark.parametrize("version", ["2.0", "2.5", "2.16"])
def test_c_library_older_than_the_tables_is_refused(version: str) -> None:
    with pytest.raises(SettingError, match=rf"openblas\.glibc={version}: for x86_64 the oldest is 2\.17"):
        chosen(Settings(glibc=version), "x86_64")
