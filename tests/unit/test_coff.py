"""DLLs and the objects that they are made of: what is read of them, and how they are linked."""

from __future__ import annotations

import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from compiling import Compiler
from conformance import facade
from openblas_build.audit import Contract, audit_file, audit_library, render
from openblas_build.errors import AuditError, SymbolError
from openblas_build.naming import SCIPY_ILP64
from openblas_build.relink import Toolset, relink
from openblas_build.static import write_static
from openblas_build.symbols import defined_symbols, wanted_symbols
from openblas_build.targets import ROWS
from openblas_build.targets.c_libraries import C_LIBRARIES
from openblas_build.targets.formats import FORMATS, read_library
from small_openblas import INTERFACE, INTERNAL, KERNELS, LAPACK, PUBLIC, archive

ROW = ROWS["win_amd64"]
COFF = FORMATS[ROW.object_format]
UCRT = C_LIBRARIES[ROW.c_library]
NAMES = COFF.link_names(SCIPY_ILP64.library)
CONTRACT = Contract(c_library=UCRT, machine="x86_64", kernels=("PRESCOTT", "HASWELL"), c_version=ROW.oldest)
ANCHOR = "__declspec(dllexport) const char *scipy_openblas_get_config64_(void) { return 0; }\n"
# In a PE file: where it says where its header is, and from there on what a DLL says of itself.
HEADER_AT, CHARACTERISTICS, DLL_CHARACTERISTICS = 60, 22, 94
# How long its table of relocations is, and the upper half of what it says of the first section.
RELOCATIONS, CODE_CHARACTERISTICS = 180, 302
# How many tables there are.
DIRECTORIES = 132


@pytest.fixture
def mingw(tmp_path: Path) -> Compiler:
    cross = ROW.cross
    assert cross is not None
    lacking = [program for program in cross.programs if shutil.which(program) is None]
    if lacking:
        pytest.skip(f"as root, 'make test' installs what is missing here: {', '.join(lacking)}")
    return Compiler(tmp_path, cross.c[0], cross.archiver)


def tools(compiler: Compiler) -> Toolset:
    assert ROW.cross is not None
    linkage = UCRT.linkage(ROW.oldest, ROW.zig_target, ROW.cross.objcopy, compiler.folder)
    return Toolset(compiler.c, ROW.cross.objcopy, linkage, object_format=COFF, c_library_name=UCRT.name)


def linked(compiler: Compiler, folder: str = "out") -> Path:
    library = compiler.folder / folder / NAMES.file_name
    relink(archive(compiler), library, SCIPY_ILP64, tools(compiler), compiler.folder / f"{folder}-work")
    return library


def breaches(library: Path) -> dict[str, str]:
    findings = audit_library(library, CONTRACT).findings
    return {finding.check: f"{finding.message} {' '.join(finding.names)}" for finding in findings}


def with_bits(library: Path, at: int, bits: int) -> Path:
    """Change a field of a DLL's header."""
    content = bytearray(library.read_bytes())
    (header,) = struct.unpack_from("<I", content, HEADER_AT)
    struct.pack_into("<H", content, header + at, bits)
    library.write_bytes(content)
    return library


def test_small_library_keeps_the_contract(mingw: Compiler) -> None:
    report = audit_library(linked(mingw), CONTRACT)
    assert report.ok, render(report)


def test_facts_of_a_library(mingw: Compiler) -> None:
    library = read_library(linked(mingw))
    assert library.exports == {SCIPY_ILP64.public(name) for name in PUBLIC}
    assert library.symbols is not None
    assert library.symbols >= INTERNAL
    assert "VirtualProtect" in library.imports
    assert "KERNEL32.dll" in library.needed
    assert (library.machine, library.soname) == ("x86_64", NAMES.file_name)
    assert library.weaknesses == ()


def test_programs_link_with_the_import_library_or_with_the_dll(mingw: Compiler) -> None:
    folder = linked(mingw).parent
    flags = [flag.replace("{}", str(folder)) for flag in NAMES.flags]
    code = "double scipy_cblas_dgemm64_(double); int main(void) { return scipy_cblas_dgemm64_(5) != 17; }"
    program = mingw.object("program", code)
    for way in (flags, [str(folder / NAMES.link_file)], [str(folder / NAMES.file_name)]):
        mingw.run(mingw.c, program, *way, "-o", mingw.folder / "program.exe")
        assert NAMES.file_name.encode() in (mingw.folder / "program.exe").read_bytes()


def test_same_bytes_in_another_folder(mingw: Compiler) -> None:
    one, other = linked(mingw, "one"), linked(mingw, "another")
    for name in NAMES.files:
        assert (one.parent / name).read_bytes() == (other.parent / name).read_bytes()


@pytest.mark.parametrize(
    ("bits", "weakness"),
    [(0x0120, "any address"), (0x0060, "executable stack"), (0x0140, "low addresses"), (0x0160, None)],
)
def test_weaknesses_are_found(mingw: Compiler, bits: int, weakness: str | None) -> None:
    found = breaches(with_bits(linked(mingw), DLL_CHARACTERISTICS, bits))
    assert weakness is None or weakness in found["hardening"]
    assert weakness is not None or found == {}


def test_library_without_relocations_is_found(mingw: Compiler) -> None:
    assert "no relocations" in breaches(with_bits(linked(mingw), RELOCATIONS, 0))["hardening"]


def test_code_that_can_be_written_is_found(mingw: Compiler) -> None:
    library = with_bits(linked(mingw), CODE_CHARACTERISTICS, 0xE050)
    assert "written and executed: .text" in breaches(library)["hardening"]


def test_library_that_was_cut_off_is_an_error(mingw: Compiler) -> None:
    library = linked(mingw)
    library.write_bytes(library.read_bytes()[:-20])
    with pytest.raises(AuditError, match="damaged"):
        read_library(library)


def test_library_with_damage_is_an_error(mingw: Compiler) -> None:
    content = bytearray(linked(mingw).read_bytes())
    (header,) = struct.unpack_from("<I", content, HEADER_AT)
    struct.pack_into("<I", content, header + DIRECTORIES, 1)  # of 16
    (mingw.folder / "few.dll").write_bytes(content)
    with pytest.raises(AuditError, match="damaged"):
        read_library(mingw.folder / "few.dll")


def test_older_run_time_is_no_part_of_the_c_library(mingw: Compiler) -> None:
    # What GCC links with if nobody says otherwise.
    assert "msvcrt.dll" in breaches(mingw.shared(NAMES.file_name, ANCHOR))["needed"]
    assert all(map(UCRT.allows, ["KERNEL32.dll", "kernel32.dll", "api-ms-win-crt-math-l1-1-0.dll", "ucrtbase.dll"]))
    assert not any(map(UCRT.allows, ["libgcc_s_seh-1.dll", "libgfortran-5.dll", "libwinpthread-1.dll", "USER32.dll"]))


def test_stripped_library_cannot_show_its_kernels(mingw: Compiler) -> None:
    library = linked(mingw)
    mingw.run(mingw.c.replace("gcc-win32", "strip"), library)
    assert "stripped" in breaches(library)["kernels"]


def test_name_of_a_library_is_its_own(mingw: Compiler) -> None:
    library = linked(mingw)
    other = library.rename(library.with_name("libother.dll"))
    assert NAMES.file_name in breaches(other)["identity"]


def test_program_is_no_library(mingw: Compiler) -> None:
    library = linked(mingw)
    (header,) = struct.unpack_from("<I", library.read_bytes(), HEADER_AT)
    (bits,) = struct.unpack_from("<H", library.read_bytes(), header + CHARACTERISTICS)
    with pytest.raises(AuditError, match="a program"):
        read_library(with_bits(library, CHARACTERISTICS, bits & ~0x2000))


@pytest.mark.parametrize("content", [b"", b"text", b"MZ" + bytes(100), b"\x7fELF\x02\x01\x01cut"])
def test_what_is_no_library_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "libx.dll"
    path.write_bytes(content)
    with pytest.raises(AuditError, match=r"libx\.dll"):
        read_library(path)


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="cannot read"):
        read_library(tmp_path / "libx.dll")


def test_archive_tells_who_wants_what(mingw: Compiler) -> None:
    name = "a_function_with_a_long_name"  # in a table of its own, behind the symbols
    code = f"int {name}(void); int f(void); static int own; int g(void) {{ return {name}() + f() + own++; }}"
    path = mingw.archive("x", one=code, two="int h(void) { return 1; }")
    assert defined_symbols(path) == {"g", "h"}
    assert wanted_symbols(path, COFF.undefined) == {name: ["one.o"], "f": ["one.o"]}


def test_other_objects_are_refused(compiler: Compiler, mingw: Compiler) -> None:
    elf = compiler.object("elf", "int f(void); int g(void) { return f(); }").read_bytes()
    coff = mingw.object("coff", "int f(void); int g(void) { return f(); }").read_bytes()
    for data in (b"", elf, coff[:30], coff[:-8]):
        with pytest.raises(ValueError, match="not a COFF object"):
            list(COFF.undefined(memoryview(data)))
    with pytest.raises(ValueError, match="not an ELF object"):
        list(FORMATS["elf"].undefined(memoryview(coff)))


def test_missing_function_is_named_with_who_wants_it(mingw: Compiler) -> None:
    lapack = LAPACK + "double nowhere(void); double f(void) { return nowhere(); }"
    path = mingw.archive("x", interface=INTERFACE, lapack=lapack, kernels=KERNELS)
    library = mingw.folder / "out" / NAMES.file_name
    with pytest.raises(SymbolError, match=r"UCRT 10 does not have:\nnowhere, wanted by lapack\.o"):
        relink(path, library, SCIPY_ILP64, tools(mingw), mingw.folder / "work")
    assert not library.exists()


def test_what_openblas_takes_of_the_run_time_is_in_the_library_or_in_windows(mingw: Compiler) -> None:
    # Variables of threads, the console, output, and numbers: with the headers of this C run-time.
    source = f"""
        #include <conio.h>
        #include <math.h>
        #include <complex.h>
        #include <stdio.h>
        #include <windows.h>
        static __thread int own;
        double f(double x) {{
            _cprintf("%d", own++);
            fprintf(stderr, "%g", cabs(cexp(x + I)) + pow(x, 2.5) + sqrtf((float)x));
            CreateThread(NULL, 0, NULL, NULL, 0, NULL);
            return x;
        }}
        {LAPACK}"""
    lapack = mingw.object("lapack", source, *UCRT.header_options(mingw.folder))
    others = [mingw.object(name, code) for name, code in (("interface", INTERFACE), ("kernels", KERNELS))]
    path = mingw.folder / "libx.a"
    mingw.run(mingw.archiver, "crs", path, lapack, *others)
    library = mingw.folder / "out" / NAMES.file_name
    relink(path, library, SCIPY_ILP64, tools(mingw), mingw.folder / "work")
    report = audit_library(library, CONTRACT)
    assert report.ok, render(report)


def test_static_library_has_no_names_of_others(mingw: Compiler) -> None:
    assert ROW.cross is not None
    library = write_static(
        archive(mingw), [], mingw.folder / "static", SCIPY_ILP64, (ROW.cross.objcopy, ROW.cross.archiver)
    )
    assert all("scipy_" in name for name in defined_symbols(library))


@pytest.mark.parametrize("package", ["scipy_openblas64", "scipy_openblas32"])
def test_wheels_name_says_what_is_wanted(mingw: Compiler, package: str) -> None:
    wheel = mingw.folder / f"{package}-1-py3-none-win_amd64.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.write(linked(mingw), f"{package}/lib/{NAMES.file_name}")
        packed.writestr(f"{package}/lib/{NAMES.link_file}", b"")
    report = audit_file(wheel, Contract(kernels=("HASWELL",)))
    assert report.facts["C library"] == "UCRT of Windows 10"
    assert {finding.check for finding in report.findings} == ({"interface"} if package.endswith("64") else set())


def test_a_facade_has_plain_names(mingw: Compiler) -> None:
    made = facade.make("ours", linked(mingw), mingw.folder / "facade", machine="x86_64", compiler=[mingw.c])
    library = read_library(made.file)
    assert library.exports >= PUBLIC
    assert NAMES.file_name in library.needed
