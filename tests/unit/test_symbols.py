"""An archive's symbols, the rules, and the plan made of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiling import Compiler
from openblas_build.errors import SymbolError
from openblas_build.naming import SCIPY_ILP64, Naming
from openblas_build.symbols import Plan, defined_symbols, wanted_symbols
from openblas_build.symbols.rules import RULES, is_public
from openblas_build.targets.formats.elf import Elf
from small_openblas import INTERNAL, PUBLIC, archive


def test_archive_tells_what_it_defines(compiler: Compiler) -> None:
    assert defined_symbols(archive(compiler)) == PUBLIC | INTERNAL


def test_archive_tells_who_wants_what(compiler: Compiler) -> None:
    path = compiler.archive("x", one="int f(void); int g(void) { return f(); }", two="int h(void) { return 1; }")
    assert wanted_symbols(path, Elf().undefined) == {"f": ["one.o"]}


def test_long_member_names_are_read(compiler: Compiler) -> None:
    name = "a_name_of_more_than_sixteen_characters"
    path = compiler.archive("x", **{name: "int f(void); int g(void) { return f(); }"})
    assert wanted_symbols(path, Elf().undefined) == {"f": [f"{name}.o"]}


def test_archive_without_index_is_refused(compiler: Compiler) -> None:
    path = compiler.folder / "libx.a"
    compiler.run("ar", "rcS", path, compiler.object("one", "int f(void) { return 1; }"))
    with pytest.raises(SymbolError, match="ranlib"):
        defined_symbols(path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"\x7fELF nonsense", "not a static library"), (b"!<arch>\ncut", "damaged"), (b"", "not a static library")],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "libx.a"
    path.write_bytes(content)
    with pytest.raises(SymbolError, match=complaint):
        defined_symbols(path)


def member(name: bytes, size: bytes, content: bytes = b"") -> bytes:
    """An archive of one member, whose header says this."""
    return b"!<arch>\n" + name.ljust(16) + b"0".ljust(32) + size.ljust(10) + b"`\n" + content


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (member(b"/", b"12x"), "no number"),
        (member(b"#1/", b"0"), "no number"),
        (member(b"#1/many", b"0"), "no number"),
        (member(b"/", b"2", b"\xff\xff"), "index of .* damaged"),
        (member(b"__.SYMDEF", b"12", b"\x08\0\0\0" + b"\xff" * 8), "index of .* damaged"),
    ],
)
def test_damaged_archive_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "libx.a"
    path.write_bytes(content)
    with pytest.raises(SymbolError, match=complaint):
        defined_symbols(path)


def test_truncated_archive_is_refused(compiler: Compiler) -> None:
    path = archive(compiler)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(SymbolError, match="cut short"):
        wanted_symbols(path, Elf().undefined)


@pytest.mark.parametrize(
    ("symbol", "public"),
    [
        ("dgemm_", True),
        ("zheevr_2stage_", True),
        ("xerbla_", True),
        ("icmax_", True),
        ("scamax_", True),
        ("caxpyc_", True),
        ("cblas_dgemm", True),
        ("cblas_zdotc_sub", True),
        ("LAPACKE_dgesv_work", True),
        ("LAPACKE_get_nancheck", True),
        ("lapack_make_complex_double", True),
        ("openblas_get_config", True),
        ("openblas_set_num_threads_", True),
        ("goto_set_num_threads", True),
        ("openblas_read_env", False),
        ("openblas_threads_callback_", False),
        ("blas_thread_shutdown_", False),
        ("dpanel_qr_", False),
        ("zpanel_q_", False),
        ("dgemm_kernel_HASWELL", False),
        ("dgemm_nn", False),
        ("gotoblas", False),
        ("camax_", False),
        ("cblas_cger", False),
        ("cblas_cspmv_", False),
        ("__la_xisnan_MOD_disnan", False),
        ("_gfortran_concat_string", False),
    ],
)
def test_rules_know_the_interface(symbol: str, public: bool) -> None:
    assert is_public(symbol) is public


def test_every_rule_has_a_reason() -> None:
    assert all(rule.reason for rule in RULES)


def test_plan_divides_everything() -> None:
    plan = Plan.make(PUBLIC | INTERNAL, SCIPY_ILP64)
    assert set(plan.public) == PUBLIC
    assert set(plan.internal) == INTERNAL
    assert "scipy_dgemm_64_" in plan.exports
    assert "dgemm_ scipy_dgemm_64_\n" in plan.redefinitions()
    assert "scipy_xerbla_64_" in plan.replaceable
    assert "scipy_dgemm_64_" not in plan.replaceable


def test_plan_needs_all_interfaces() -> None:
    with pytest.raises(SymbolError, match="lacks cblas_dgemm"):
        Plan.make(PUBLIC - {"cblas_dgemm"}, SCIPY_ILP64)


def test_plan_refuses_a_name_that_is_taken() -> None:
    with pytest.raises(SymbolError, match="gotoblas_dgemm"):
        Plan.make(PUBLIC | {"gotoblas_dgemm_X"}, Naming("gotoblas_", "X", "x"))
