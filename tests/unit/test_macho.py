"""Libraries of macOS and the objects that they are made of: what is read of them, and how they are linked."""

from __future__ import annotations

import ctypes
import os
import platform
import shlex
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from artifacts import ROOT
from checks.platforms.stand_in import put_loader_before
from compiling import Compiler
from openblas_build.audit import Contract, audit_file, audit_library, render
from openblas_build.cmake import cross_variables
from openblas_build.errors import AuditError, SymbolError, ToolError
from openblas_build.naming import SCIPY_ILP64
from openblas_build.relink import Toolset, relink
from openblas_build.settings import Settings
from openblas_build.static import write_static
from openblas_build.symbols import defined_symbols, wanted_symbols
from openblas_build.targets import ROWS, Row, chosen
from openblas_build.targets.c_libraries import C_LIBRARIES
from openblas_build.targets.formats import FORMATS, read_library
from small_openblas import INTERFACE, INTERNAL, KERNELS, LAPACK, PUBLIC, archive

ROW = ROWS["macosx_10_13_x86_64"]
ARM = ROWS["macosx_11_0_arm64"]
MACHO = FORMATS[ROW.object_format]
LIBSYSTEM = C_LIBRARIES[ROW.c_library]
NAMES = MACHO.link_names(SCIPY_ILP64.library)
# In a Mach-O file: the flags of its header, and where its commands begin.
FLAGS_AT, COMMANDS_AT = 24, 32
TWO_LEVEL, EXECUTABLE_STACK = 0x80, 0x20000
SEGMENT, SIGNATURE, RUN_PATH = 0x19, 0x1D, 0x8000001C


def contract(row: Row) -> Contract:
    return Contract(c_library=LIBSYSTEM, machine=row.machine, kernels=("PRESCOTT", "HASWELL"), c_version=row.oldest)


def compiler_for(row: Row, folder: Path) -> Compiler:
    """A compiler that is one program, as the others are."""
    cross = row.cross
    assert cross is not None
    lacking = [each for each in (cross.c[0], cross.objcopy, cross.archiver, cross.linker) if shutil.which(each) is None]
    if lacking:
        pytest.skip(f"as root, 'make test' installs what is missing here: {', '.join(lacking)}")
    script = folder / "cc"
    script.write_text(f'#!/bin/sh\nexec {shlex.join(cross.c)} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return Compiler(folder, str(script), cross.archiver)


@pytest.fixture(params=[ROW, ARM], ids=lambda row: row.machine)
def row(request: pytest.FixtureRequest) -> Row:
    chosen: Row = request.param
    return chosen


@pytest.fixture
def apple(row: Row, tmp_path: Path) -> Compiler:
    return compiler_for(row, tmp_path)


@pytest.fixture
def intel(tmp_path: Path) -> Compiler:
    return compiler_for(ROW, tmp_path)


def tools(compiler: Compiler, row: Row) -> Toolset:
    assert row.cross is not None
    linkage = LIBSYSTEM.linkage(row.oldest, row.zig_target, row.cross.objcopy, compiler.folder)
    return Toolset(compiler.c, row.cross.objcopy, linkage, object_format=MACHO, c_library_name=LIBSYSTEM.name)


def linked(compiler: Compiler, row: Row = ROW, folder: str = "out") -> Path:
    library = compiler.folder / folder / NAMES.file_name
    relink(archive(compiler), library, SCIPY_ILP64, tools(compiler, row), compiler.folder / f"{folder}-work")
    return library


def breaches(library: Path, row: Row = ROW) -> dict[str, str]:
    found: dict[str, str] = {}
    for finding in audit_library(library, contract(row)).findings:
        found[finding.check] = f"{found.get(finding.check, '')} {finding.message} {' '.join(finding.names)}"
    return found


def at(content: bytes, command: int) -> int:
    """Return where the first load command of a kind is."""
    place = COMMANDS_AT
    while True:
        number, size = struct.unpack_from("<II", content, place)
        if number == command:
            return place
        place += size


def changed(library: Path, place: int, code: str, value: int) -> Path:
    content = bytearray(library.read_bytes())
    struct.pack_into(code, content, place, value)
    library.write_bytes(content)
    return library


def test_small_library_keeps_the_contract(apple: Compiler, row: Row) -> None:
    report = audit_library(linked(apple, row), contract(row))
    assert report.ok, render(report)
    assert report.facts["C library"] == f"macOS {row.oldest}"


def test_facts_of_a_library(apple: Compiler, row: Row) -> None:
    library = read_library(linked(apple, row))
    assert library.exports == {SCIPY_ILP64.public(name) for name in PUBLIC}
    assert library.symbols is not None
    assert library.symbols >= INTERNAL
    assert library.needed == ("/usr/lib/libSystem.B.dylib",)
    assert (library.machine, library.soname) == (row.machine, NAMES.file_name)
    assert library.oldest_system == tuple(map(int, row.oldest.split(".")))
    assert (library.run_paths, library.weaknesses) == ((), ())


def test_published_install_name_and_room_for_a_longer_one(intel: Compiler) -> None:
    content = linked(intel).read_bytes()
    assert f"@rpath/{NAMES.file_name}\0".encode() in content
    (commands,) = struct.unpack_from("<I", content, 20)
    (begin,) = struct.unpack_from("<I", content, at(content, SEGMENT) + 72 + 48)  # of the first section
    assert begin - COMMANDS_AT - commands >= 1024


def test_same_bytes_in_another_folder(apple: Compiler, row: Row) -> None:
    one, other = linked(apple, row, "one"), linked(apple, row, "another")
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("flag", "weakness"), [(TWO_LEVEL, "whichever library"), (EXECUTABLE_STACK, "executable stack")]
)
def test_flags_of_weak_libraries_are_found(intel: Compiler, flag: int, weakness: str) -> None:
    library = linked(intel)
    (flags,) = struct.unpack_from("<I", library.read_bytes(), FLAGS_AT)
    assert weakness in breaches(changed(library, FLAGS_AT, "<I", flags ^ flag))["hardening"]


def test_code_that_can_be_written_is_found(intel: Compiler) -> None:
    library = linked(intel)
    place = at(library.read_bytes(), SEGMENT)
    assert "written and executed: __TEXT" in breaches(changed(library, place + 60, "<I", 7))["hardening"]


def test_signature_that_is_not_the_contents_is_found(apple: Compiler, row: Row) -> None:
    library = linked(apple, row)
    place = library.read_bytes().index(b"OpenBLAS 9.8.7")
    assert "not its own" in breaches(changed(library, place, "<B", 0), row)["hardening"]


def test_library_without_a_signature_is_found(intel: Compiler) -> None:
    library = linked(intel)
    place = at(library.read_bytes(), SIGNATURE)
    # A command that is nothing to this reader: the place of function starts.
    assert "no code signature" in breaches(changed(library, place, "<I", 0x26))["hardening"]


def test_folder_of_the_builder_is_found(intel: Compiler) -> None:
    flags = [*tools(intel, ROW).c_library.arguments, "-Wl,-install_name,@rpath/" + NAMES.file_name]
    code = "const char *scipy_openblas_get_config64_(void) { return 0; }"
    library = intel.folder / NAMES.file_name
    intel.run(intel.c, "-dynamiclib", intel.object("x", code), *flags, "-Wl,-rpath,/opt/gfortran/lib", "-o", library)
    assert "/opt/gfortran/lib" in breaches(library)["identity"]


def test_newer_system_and_its_functions_are_found(intel: Compiler) -> None:
    library = read_library(linked(intel))
    assert LIBSYSTEM.newer(library, "10.13") == ()
    assert LIBSYSTEM.newer(library, "10.9") == ("macOS 10.13", *sorted(library.imports))
    assert LIBSYSTEM.version_of_tag("x-1-py3-none-macosx_11_0_arm64.whl") == "11.0"


def test_name_of_a_library_is_its_own(intel: Compiler) -> None:
    library = linked(intel)
    assert NAMES.file_name in breaches(library.rename(library.with_name("libother.dylib")))["identity"]


def test_stripped_library_cannot_show_its_kernels(intel: Compiler) -> None:
    library = linked(intel)
    intel.run("llvm-strip-19", "-x", library)
    assert "kernels are missing" in breaches(library)["kernels"]


@pytest.mark.parametrize("left", [-20, 3000, 100, 20])
def test_library_that_was_cut_off_is_an_error(intel: Compiler, left: int) -> None:
    library = linked(intel)
    library.write_bytes(library.read_bytes()[:left])
    with pytest.raises(AuditError, match=r"damaged|not a Mach-O"):
        read_library(library)


@pytest.mark.parametrize("content", [b"", b"text", b"\xcf\xfa\xed\xfe" + bytes(100), b"\x7fELF\x02\x01\x01cut"])
def test_what_is_no_library_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "libx.dylib"
    path.write_bytes(content)
    with pytest.raises(AuditError, match=r"libx\.dylib"):
        read_library(path)


def test_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="cannot read"):
        read_library(tmp_path / "libx.dylib")


def test_object_is_no_library(intel: Compiler) -> None:
    with pytest.raises(AuditError, match="not a shared library"):
        read_library(intel.object("x", "int f;").rename(intel.folder / "libx.dylib"))


def test_archive_tells_who_wants_what(apple: Compiler) -> None:
    code = "int own; int f(void); int a_function_with_a_long_name(void); int g(void) { return f() + own; }"
    more = "int a_function_with_a_long_name(void); int h(void) { return a_function_with_a_long_name(); }"
    path = apple.archive("x", one=code, an_object_with_a_long_name=more)
    assert defined_symbols(path, MACHO.prefix) == {"g", "h", "own"}
    assert wanted_symbols(path, MACHO.undefined, MACHO.prefix) == {
        "f": ["one.o"],
        "a_function_with_a_long_name": ["an_object_with_a_long_name.o"],
    }


def test_other_objects_are_refused(compiler: Compiler, intel: Compiler) -> None:
    elf = compiler.object("elf", "int f(void); int g(void) { return f(); }").read_bytes()
    macho = intel.object("macho", "int f(void); int g(void) { return f(); }").read_bytes()
    for data in (b"", elf, macho[:30], macho[:-8]):
        with pytest.raises(ValueError, match="not a Mach-O object"):
            list(MACHO.undefined(memoryview(data)))
    with pytest.raises(ValueError, match="not an ELF object"):
        list(FORMATS["elf"].undefined(memoryview(macho)))


def test_missing_function_is_named_with_who_wants_it(apple: Compiler, row: Row) -> None:
    lapack = LAPACK + "double nowhere(void); double f(void) { return nowhere(); }"
    path = apple.archive("x", interface=INTERFACE, lapack=lapack, kernels=KERNELS)
    library = apple.folder / "out" / NAMES.file_name
    with pytest.raises(SymbolError, match=rf"macOS {row.oldest} does not have:\nnowhere, wanted by lapack\.o"):
        relink(path, library, SCIPY_ILP64, tools(apple, row), apple.folder / "work")
    assert not library.exists()


def test_static_library_has_no_names_of_others(intel: Compiler) -> None:
    assert ROW.cross is not None
    programs = (ROW.cross.objcopy, ROW.cross.archiver)
    library = write_static(archive(intel), [], intel.folder / "static", SCIPY_ILP64, programs, MACHO)
    assert all("scipy_" in name for name in defined_symbols(library, MACHO.prefix))


@pytest.mark.parametrize("package", ["scipy_openblas64", "scipy_openblas32"])
def test_wheels_name_says_what_is_wanted(intel: Compiler, package: str) -> None:
    wheel = intel.folder / f"{package}-1-py3-none-{ROW.tag}.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.write(linked(intel), f"{package}/lib/{NAMES.file_name}")
    report = audit_file(wheel, Contract(kernels=("HASWELL",)))
    assert report.facts["C library"] == "macOS 10.13"
    assert {finding.check for finding in report.findings} == ({"interface"} if package.endswith("64") else set())


def test_headers_are_those_of_the_system(apple: Compiler, row: Row) -> None:
    LIBSYSTEM.write_headers(row.zig_target, apple.folder / "headers")
    code = """
        #include <TargetConditionals.h>
        #include <complex.h>
        #include <math.h>
        #include <pthread.h>
        #include <stdio.h>
        #include <sys/sysctl.h>
        int f(void) { return TARGET_OS_OSX + (sizeof(pthread_mutex_t) == 64); }"""
    apple.object("x", code, *LIBSYSTEM.header_options(apple.folder / "headers"))


@pytest.mark.skipif(os.uname().machine != ROW.machine, reason="its code is this machine's")
def test_loader_runs_what_is_in_a_library(intel: Compiler) -> None:
    # Addresses inside and outside of the library, data of libSystem, a variable of threads, what is called at first.
    kernels = """
        extern void *__stderrp;
        int fprintf(void *, const char *, ...);
        unsigned long strlen(const char *);
        int gotoblas_PRESCOTT = 1, gotoblas_HASWELL = 2;
        static __thread long calls;
        static int begun;
        __attribute__((constructor)) static void begin(void) { begun = 1; }
        void gotoblas_dynamic_init(void) {}
        static double three(double x) { return 3 * x + (strlen("four") != 4) + (fprintf(__stderrp, "") != 0); }
        double (*kernel)(double) = three;
        double dgemm_kernel(double x) { calls++; return begun ? kernel(x) + 100 * calls : 0; }"""
    path = intel.archive("x", interface=INTERFACE, lapack=LAPACK, kernels=kernels)
    library = intel.folder / "out" / NAMES.file_name
    relink(path, library, SCIPY_ILP64, tools(intel, ROW), intel.folder / "work")
    put_loader_before(library, ROW, library)
    function = ctypes.CDLL(str(library)).scipy_cblas_dgemm64_
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double]
    assert [function(5), function(5)] == [15 + 100 + 2, 15 + 200 + 2]


@pytest.mark.parametrize("mac", [ROW, ARM], ids=lambda row: row.machine)
def test_on_a_mac_its_own_platform_and_tools_are_taken(
    mac: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As far as this can be told elsewhere: nothing is compiled.
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: mac.machine)
    target = chosen(Settings())
    assert (target.row, target.cross, target.c_version) == (mac, False, mac.oldest)
    assert target.python_environment == {"MACOSX_DEPLOYMENT_TARGET": mac.oldest}
    assert LIBSYSTEM.linkage(mac.oldest, mac.zig_target, "", tmp_path).arguments == ("-lm", "-lpthread")
    environ = {"PATH": str(tmp_path)}
    for name, advice in (("cc", "xcode-select"), ("flang", "brew install gcc"), ("llvm-objcopy", "brew install llvm")):
        with pytest.raises(ToolError, match=advice):
            target.tools.check(environ)
        (tmp_path / name).touch(mode=0o755)
    (tmp_path / "llvm-ar").touch(mode=0o755)
    target.tools.check(environ)
    assert cross_variables(target, environ, tmp_path) == {
        "CMAKE_OBJCOPY": str(tmp_path / "llvm-objcopy"),
        "CMAKE_AR": str(tmp_path / "llvm-ar"),
    }


def test_clang_asks_for_avx2_in_a_table_of_ours(intel: Compiler) -> None:
    # Where this machine's own Clang takes its run-time library's.
    code = (ROOT / "cmake" / "compiler_runtime.c").read_text(encoding="utf-8")
    asked = 'int supported(void) { return __builtin_cpu_supports("avx2") != 0; }'
    options = ("-O1", "-fPIC", "-shared", "-fvisibility=hidden")
    (intel.folder / "ours.c").write_text(code + '__attribute__((visibility("default")))' + asked, encoding="utf-8")
    intel.run("clang-19", *options, "ours.c", "-o", "ours.so")
    has = "avx2" in Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    assert ctypes.CDLL(str(intel.folder / "ours.so")).supported() == has
    assert "__cpu_indicator_init" not in intel.run("nm", "ours.so")
