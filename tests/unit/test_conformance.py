"""Counting what LAPACK's test programs print, the table, and the facade with the plain names."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from compiling import Compiler
from conformance import facade, openblas_own, report
from conformance.runs import Result, count, start
from openblas_build.errors import AuditError, ToolError

OUTPUT = """
 DGE routines passed the tests of the error exits

 All tests for DGE routines passed the threshold (  3653 tests run)
 DGE drivers:      2 out of   5748 tests failed to pass the threshold
 *** Illegal value of parameter number  2 not detected by DGETRF ***
 *** DPO routines failed the tests of the error exits ***
"""


def test_tests_failures_and_errors_are_counted() -> None:
    result = count(OUTPUT)
    assert (result.run, result.failed) == (3653 + 5748, 2)
    assert len(result.errors) == 2
    assert not result.ok


def test_results_in_words_are_counted() -> None:
    output = " >>>> A*U test PASSED. \n >>>> F - Q*R test FAILED. \n >>>> DGEDMD :: ALL TESTS PASSED.\n"
    assert count(output) == Result(2, 1)


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_program_reads_its_input_and_has_no_variables_of_openblas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    (tmp_path / "dge.in").write_text("( 7 tests run)\n")
    program = script(tmp_path / "program", 'cat; echo "( ${OPENBLAS_NUM_THREADS:-0} tests run)"')
    assert start(program, tmp_path / "dge.in", tmp_path / "output", {}) == Result(7, 0)
    assert (tmp_path / "output" / "program-dge.out").exists()


def test_a_crash_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "dge.in").touch()
    program = script(tmp_path / "program", 'echo "( 7 tests run)"; kill -SEGV $$')
    assert start(program, tmp_path / "dge.in", tmp_path, {}) == Result(7, 0, ("exit status -11",))


def summarised(folder: Path, text: str | None) -> openblas_own.Test:
    """Return a test whose program writes `text` into its summary, as CTest's commands say it."""
    (folder / "data").write_text("input")
    written = "true" if text is None else f"printf '%s' '{text}' > SUMM"
    program = script(folder / "program", f'read -r word; [ "$word" = input ] || [ -n "$word" ]; {written}')
    command = ["sh", "/build/test_helper.sh", str(program), str(folder / "data"), "SUMM"]
    return openblas_own.Test.of("dblas2", command, folder)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("PASSED", Result(1, 0)),
        ("DGEMV FAILED", Result(1, 1, ("DGEMV FAILED",))),
        (None, Result(1, 1, ("it wrote no SUMM",))),
    ],
)
def test_a_summary_of_openblas_is_looked_into(tmp_path: Path, text: str | None, result: Result) -> None:
    (tmp_path / "SUMM").write_text("of the run before")
    assert openblas_own._result(summarised(tmp_path, text), {}, []) == result


@pytest.mark.parametrize(
    ("command", "test"),
    [
        (["/b/xscblat1"], openblas_own.Test("t", "/b/xscblat1", Path("/b"))),
        (["sh", "/b/test_cblas_helper.sh", "/b/x", "/in"], openblas_own.Test("t", "/b/x", Path("/b"), Path("/in"))),
        (
            ["powershell", "-ExecutionPolicy", "Bypass", "/b/test_helper.ps1", "/b/x.exe", "/in", "S"],
            openblas_own.Test("t", "/b/x.exe", Path("/b"), Path("/in"), Path("/b/S")),
        ),
    ],
)
def test_commands_of_openblas_are_understood(command: list[str], test: openblas_own.Test) -> None:
    assert openblas_own.Test.of("t", command, Path("/b")) == test


def test_tests_are_read_from_the_files_for_ctest(tmp_path: Path) -> None:
    folder = tmp_path / "openblas" / "test"
    folder.mkdir(parents=True)
    with pytest.raises(ToolError, match="no tests"):
        list(openblas_own.tests(tmp_path))
    (folder / "CTestTestfile.cmake").write_text(
        'add_test([=[sblas1]=] "/b/sblat1.exe")\nset_tests_properties([=[sblas1]=] PROPERTIES  A "add_test")\n'
        'add_test("sblas2" "powershell" "/b/test_helper.ps1" "/b o/x.exe" "/in" "S")\n'
        f'add_test(last "{folder}/last")\n'
    )
    (folder / "last.exe").touch()
    assert list(openblas_own.tests(tmp_path)) == [
        openblas_own.Test("sblas1", "/b/sblat1.exe", folder),
        openblas_own.Test("sblas2", "/b o/x.exe", folder, Path("/in"), folder / "S"),
        openblas_own.Test("last", f"{folder}/last.exe", folder),
    ]


def test_table_has_the_cases_with_failures_and_the_sums() -> None:
    results = {
        "this wheel": {"EIG dsep": Result(10, 0), "EIG dsvd": Result(5, 1)},
        "published": {"EIG dsep": Result(10, 0), "EIG dsvd": Result(5, 0, ("bad",))},
    }
    lines = [line.split("  ") for line in report.table(results).splitlines()]
    assert [line[0] for line in lines] == ["", "EIG dsvd", "all of EIG"]
    assert "1 of 15 failed" in report.table(results)
    assert "0 of 5 failed, 1 errors" in report.table(results)


@pytest.mark.parametrize(
    ("ours", "worse"),
    [(Result(10, 1), False), (Result(10, 2), True), (Result(9, 0), True), (Result(10, 0, ("bad",)), True)],
)
def test_worse_is_more_failures_more_errors_or_fewer_tests(ours: Result, worse: bool) -> None:
    assert report.worse({"EIG": ours}, [{"EIG": Result(10, 1)}]) == worse


LIBRARY = """
const char *pre_openblas_get_config_64_(void) { return "OpenBLAS"; }
void pre_xerbla__64_(const char *name, const long *info, unsigned long length) { }
double pre_ddot__64_(double x) { long one = 1; pre_xerbla__64_("DDOT", &one, 4); return x + 1; }
double pre_dgemm__64_(double x) { return x; }
"""
PROGRAM = """
#include <stdio.h>
double ddot_(double);
void xerbla_(const char *name, const long *info, unsigned long length) { printf("handler %ld\\n", *info); }
int main(void) { printf("%g\\n", ddot_(41)); }
"""


def test_facade_has_plain_names_and_lets_the_handler_be_replaced(compiler: Compiler, tmp_path: Path) -> None:
    library = compiler.shared("libpre.so", LIBRARY)
    made = facade.make("pre", library, tmp_path / "facade")
    source, program = tmp_path / "main.c", tmp_path / "main"
    source.write_text(PROGRAM)
    subprocess.run(["cc", source, "-o", program, made.file, "-Wl,--allow-shlib-undefined"], check=True)
    environment = {**os.environ, **made.environment}
    done = subprocess.run([program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "handler 1\n42\n"


def test_facade_for_something_else_is_an_error(compiler: Compiler, tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="not OpenBLAS"):
        facade.make("x", compiler.shared("libx.so", "int f(void) { return 1; }"), tmp_path / "facade")


def test_unknown_machine_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no jump instruction for vax"):
        facade.make("x", tmp_path / "libx.so", tmp_path / "facade", machine="vax")
