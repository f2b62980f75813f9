"""Each breach of the contract is found, named, and nothing else is."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from artifacts import ROOT
from compiling import Compiler
from openblas_build.audit import Contract, audit_file, audit_library, render, to_json
from openblas_build.audit.contract import reference
from openblas_build.cli import main
from openblas_build.errors import AuditError
from openblas_build.naming import INTERFACES, SCIPY_ILP64, Interface, convention
from openblas_build.relink import default_tools, relink
from small_openblas import INTERFACE, KERNELS, LAPACK, archive

NAME = SCIPY_ILP64.file_name
CONTRACT = Contract(kernels=("PRESCOTT", "HASWELL"))
HARDENED = ("-Wl,-z,relro,-z,now,-z,noexecstack", f"-Wl,-soname,{NAME}")
ANCHOR = "const char *scipy_openblas_get_config64_(void) { return 0; }\n"
KERNEL_TABLES = "int gotoblas_PRESCOTT, gotoblas_HASWELL; void gotoblas_dynamic_init(void) {}\n"


def breaches(path: Path, contract: Contract = CONTRACT) -> dict[str, str]:
    report = audit_library(path, contract)
    return {finding.check: f"{finding.message} {' '.join(finding.names)}" for finding in report.findings}


@pytest.fixture
def sound(compiler: Compiler) -> Path:
    library = compiler.folder / NAME
    relink(archive(compiler), library, SCIPY_ILP64, default_tools(), compiler.folder / "work")
    return library


def test_sound_library_has_no_breach(sound: Path) -> None:
    assert breaches(sound) == {}


def test_foreign_and_internal_exports_are_listed(compiler: Compiler) -> None:
    code = ANCHOR + "void dgemm_(void) {} void scipy_dgemm_kernel64_(void) {} void scipy_dgemm_64_(void) {}"
    report = audit_library(compiler.shared(NAME, code, *HARDENED), CONTRACT)
    names = {name for finding in report.findings if finding.check == "exports" for name in finding.names}
    assert names == {"dgemm_", "scipy_dgemm_kernel64_"}


def test_library_of_another_convention_is_found(sound: Path) -> None:
    assert "not of the form other_NAME" in breaches(sound, Contract(naming=convention("other_{name}")))["exports"]
    # Here every name could be one of the convention, and means something else.
    assert "cblas_dgemm64_" in breaches(sound, Contract(naming=convention("openblas64")))["completeness"]


@pytest.mark.parametrize("interface", INTERFACES.values())
def test_integers_are_those_that_were_asked_for(compiler: Compiler, interface: Interface) -> None:
    code = 'const char *scipy_openblas_get_config64_(void) { return "OpenBLAS USE64BITINT"; }' + KERNEL_TABLES
    found = breaches(compiler.shared(NAME, code, *HARDENED), Contract(interface=interface))
    assert found.get("interface") == (None if interface.is_ilp64 else "counts in 64-bit integers, lp64 is 32 ")


def test_foreign_libraries_are_named(compiler: Compiler) -> None:
    other = compiler.shared("libother.so", "int f(void) { return 1; }", "-Wl,-soname,libother.so")
    library = compiler.shared(NAME, ANCHOR + "int f(void); int scipy_g_64_(void) { return f(); }", other, *HARDENED)
    assert "libother.so" in breaches(library)["needed"]


def test_openmp_is_allowed_only_where_it_was_asked_for() -> None:
    assert not Contract().allows_needed("libgomp.so.1")
    assert Contract(threading="openmp").allows_needed("libgomp.so.1")
    assert all(map(Contract().allows_needed, ["libc.so.6", "libm.so.6", "libpthread.so.0", "ld-linux-x86-64.so.2"]))
    assert not any(map(Contract().allows_needed, ["libgfortran.so.5", "libquadmath.so.0", "libmvec.so.1"]))


def test_executable_stack_is_found(compiler: Compiler) -> None:
    library = compiler.shared(NAME, ANCHOR, "-Wl,-z,execstack,-z,relro,-z,now", f"-Wl,-soname,{NAME}")
    assert "executable stack" in breaches(library)["hardening"]


def test_lazy_binding_is_found(compiler: Compiler) -> None:
    library = compiler.shared(NAME, ANCHOR, "-Wl,-z,relro,-z,lazy,-z,noexecstack", f"-Wl,-soname,{NAME}")
    assert "RELRO" in breaches(library)["hardening"]


def test_text_relocations_are_found(compiler: Compiler) -> None:
    # An address in code cannot be left to the dynamic linker without writing to the code.
    code = ANCHOR + 'int x; __asm__(".text\\n.globl scipy_f_64_\\nscipy_f_64_: movabs $x, %rax\\nret");'
    library = compiler.shared(NAME, code, "-Wl,-z,notext", *HARDENED)
    assert "relocations in its code" in breaches(library)["hardening"]


def test_soname_and_run_path(compiler: Compiler) -> None:
    library = compiler.shared(NAME, ANCHOR, "-Wl,-z,relro,-z,now", "-Wl,-soname,libx.so.1", "-Wl,-rpath,/opt/lib")
    report = audit_library(library, CONTRACT)
    text = render(report)
    assert "the soname is libx.so.1" in text
    assert "/opt/lib" in text


def test_build_paths_are_found(compiler: Compiler) -> None:
    code = ANCHOR + 'const char scipy_x_64_[] = "/home/somebody/OpenBLAS/gemm.c";'
    assert "/home/somebody/OpenBLAS/gemm.c" in breaches(compiler.shared(NAME, code, *HARDENED))["build paths"]


def test_given_build_paths_are_found(compiler: Compiler) -> None:
    code = ANCHOR + 'const char scipy_x_64_[] = "/srv/tree/gemm.c";'
    library = compiler.shared(NAME, code, *HARDENED)
    assert "build paths" not in breaches(library)
    assert "/srv/tree" in breaches(library, Contract(forbidden=("/srv/tree",)))["build paths"]


def test_missing_kernels_are_named(compiler: Compiler) -> None:
    library = compiler.shared(NAME, ANCHOR + KERNEL_TABLES, *HARDENED)
    found = breaches(library, Contract(kernels=("PRESCOTT", "SKYLAKEX")))["kernels"]
    assert "SKYLAKEX" in found
    assert "PRESCOTT" not in found


def test_stripped_library_cannot_show_its_kernels(compiler: Compiler, sound: Path) -> None:
    compiler.run("strip", sound)
    assert "stripped" in breaches(sound)["kernels"]


def test_incomplete_library_is_measured_by_the_published_one(compiler: Compiler) -> None:
    interface = INTERFACE.replace("9.8.7", "0.3.34")
    path = compiler.archive("x", interface=interface, lapack=LAPACK, kernels=KERNELS)
    library = compiler.folder / NAME
    relink(path, library, SCIPY_ILP64, default_tools(), compiler.folder / "work")
    report = audit_library(library, CONTRACT)
    (finding,) = [each for each in report.findings if "names of scipy-openblas64" in each.message]
    assert "sgemm_" in finding.names
    assert "dgemm_" not in finding.names
    assert "qgemm_" not in finding.names  # excused


def test_reference_excuses_have_reasons_and_match() -> None:
    compared = reference("0.3.34")
    assert compared is not None
    for difference in compared.differences:
        assert difference.reason
    assert compared.missing_from(compared.names, "x86_64") == []
    assert "xerbla_" in compared.missing_from(frozenset(), "x86_64")
    assert "xgemm_" not in compared.missing_from(frozenset(), "x86_64")
    # What only some machines have.
    assert "cgemm3m_" in compared.missing_from(frozenset(), "x86_64")
    assert "cgemm3m_" not in compared.missing_from(frozenset(), "aarch64")


def test_wheel_is_audited_by_its_library(sound: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "x-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.write(sound, f"scipy_openblas64/lib/{NAME}")
    report = audit_file(wheel, Contract(kernels=("HASWELL",)))
    assert report.ok, render(report)


def test_wheels_name_promises_its_integers(sound: Path, tmp_path: Path) -> None:
    for name, good in (("scipy_openblas32", True), ("scipy_openblas64", False)):
        wheel = tmp_path / f"{name}-1-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as packed:
            packed.write(sound, f"{name}/lib/{NAME}")
        found = {each.check for each in audit_file(wheel, CONTRACT).findings}
        assert found == (set() if good else {"interface"})


def test_wheel_without_library_is_an_error(tmp_path: Path) -> None:
    wheel = tmp_path / "x-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("x.py", "")
    with pytest.raises(AuditError, match="should hold one"):
        audit_file(wheel)


@pytest.mark.parametrize("content", [b"", b"text", b"\x7fELF\x02\x01\x01cut"])
def test_what_is_no_library_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "libx.so"
    path.write_bytes(content)
    with pytest.raises(AuditError, match=r"libx\.so"):
        audit_file(path)


def test_other_libraries_are_an_error(compiler: Compiler) -> None:
    with pytest.raises(AuditError, match="is not OpenBLAS"):
        audit_file(compiler.shared("libx.so", "int f(void) { return 1; }"))


def test_command_line(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(sound), "--json", "--kernels", "HASWELL"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    assert main(["audit", str(sound), "--kernels", "HASWELL", "--naming", "scipy", "--interface", "lp64"]) == 1
    assert main(["audit", str(sound), "--kernels", "HASWELL", "--naming", "scipy_{name}64_"]) == 0
    assert main(["audit", str(sound), "--kernels", "HASWELL", "--interface", "ilp64"]) == 1
    capsys.readouterr()
    assert main(["audit", str(sound), "--kernels", "ZEN"]) == 1
    assert "CONTRACT BROKEN" in capsys.readouterr().out
    assert main(["audit", str(sound.with_name("nothing.so"))]) == 1
    assert "error: cannot read" in capsys.readouterr().err


def test_backend_folder_is_runnable(sound: Path) -> None:
    command: list[str | Path] = [sys.executable, ROOT / "backend", "audit", sound, "--kernels", "HASWELL"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "contract kept" in done.stdout


def test_json_has_every_check(sound: Path) -> None:
    data = to_json(audit_library(sound, CONTRACT))
    assert {each["check"] for each in data["checks"]} == {
        "exports",
        "completeness",
        "interface",
        "needed",
        "C library",
        "hardening",
        "machine",
        "identity",
        "build paths",
        "kernels",
    }
