"""Wheels of both ways: what they may not differ in is found and named."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from checks.wheels import compare
from checks.wheels.facts import facts_of
from compiling import Compiler
from openblas_build.errors import AuditError
from openblas_build.naming import SCIPY_ILP64
from openblas_build.relink import default_tools, relink
from openblas_build.targets import ROWS
from small_openblas import INTERFACE, KERNELS, LAPACK

TAG = "manylinux2014_x86_64.manylinux_2_17_x86_64"
NAME = f"scipy_openblas64-9.8.7.0.0-py3-none-{TAG}.whl"
LIBRARY = f"scipy_openblas64/lib/{SCIPY_ILP64.file_name}"
RECORD = "scipy_openblas64-9.8.7.0.0.dist-info/build-record.json"
# As the contract of this machine's platform has it, of which the small library has two.
ALL_KERNELS = KERNELS + "int gotoblas_NEHALEM, gotoblas_SANDYBRIDGE, gotoblas_SKYLAKEX;"
WIDE = INTERFACE.replace("OpenBLAS 9.8.7", "OpenBLAS 9.8.7 USE64BITINT")


@pytest.fixture(scope="module")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Compiler:
    return Compiler(tmp_path_factory.mktemp("compiler"))


@pytest.fixture(scope="module")
def library(compiler: Compiler) -> bytes:
    return linked(compiler, "same")


def linked(compiler: Compiler, folder: str, interface: str = WIDE, kernels: str = ALL_KERNELS) -> bytes:
    """What a small OpenBLAS becomes when it is linked as a real one is."""
    target = compiler.folder / folder / SCIPY_ILP64.file_name
    target.parent.mkdir()
    archive = compiler.archive("openblas_64", interface=interface, lapack=LAPACK, kernels=kernels)
    relink(archive, target, SCIPY_ILP64, default_tools(), compiler.folder / f"{folder}-work")
    return target.read_bytes()


def record(**changes: Any) -> dict[str, Any]:
    made = {"openblas": "9.8.7", "integers": 64, "num-threads": 64, "overlay": {"kernels": "tuned"}}
    return {**made, "c-compiler": "GCC", "c-flags": "-O2", **changes}


def wheel(
    folder: Path, library: bytes, *, name: str = NAME, record: Mapping[str, Any], more: tuple[str, ...] = ()
) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(LIBRARY, library)
        packed.writestr(RECORD, json.dumps(record))
        for each in ("scipy_openblas64/__init__.py", *more):
            packed.writestr(each, "")
    return path


def found(native: Path, cross: Path) -> str:
    return "\n".join(compare.differences(facts_of(native), facts_of(cross)))


def test_compilers_and_their_flags_may_differ(tmp_path: Path, library: bytes) -> None:
    native = wheel(tmp_path / "native", library, record=record())
    cross = wheel(tmp_path / "cross", library, record=record(**{"c-compiler": "Clang", "c-flags": "-O2 -w"}))
    assert found(native, cross) == ""


def test_other_exports_are_named(tmp_path: Path, compiler: Compiler, library: bytes) -> None:
    more = linked(compiler, "more", WIDE + "double sgemm_(double *x) { return *x; }")
    native = wheel(tmp_path / "native", more, record=record())
    assert "exported names in the native wheel only: scipy_sgemm_64_" in found(
        native, wheel(tmp_path / "cross", library, record=record())
    )


def test_other_kernels_are_named(tmp_path: Path, compiler: Compiler, library: bytes) -> None:
    fewer = linked(compiler, "fewer", kernels=ALL_KERNELS.replace(", gotoblas_SKYLAKEX", ""))
    text = found(
        wheel(tmp_path / "native", fewer, record=record()), wheel(tmp_path / "cross", library, record=record())
    )
    assert "kernels of CPU families in the cross wheel only: SKYLAKEX" in text
    assert "the native wheel breaks the contract: kernels" in text


def test_other_files_are_named(tmp_path: Path, library: bytes) -> None:
    native = wheel(tmp_path / "native", library, record=record())
    cross = wheel(tmp_path / "cross", library, record=record(), more=("scipy_openblas64/include/cblas.h",))
    assert "files in the cross wheel only: scipy_openblas64/include/cblas.h" in found(native, cross)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            NAME.replace(TAG, "manylinux_2_27_x86_64"),
            "platform tags in the cross wheel only: manylinux2014_x86_64, manylinux_2_17_x86_64",
        ),
        (NAME.replace("9.8.7.0.0", "9.8.7.0.1"), "the version in the native wheel only: 9.8.7.0.1"),
    ],
)
def test_other_names_are_told(tmp_path: Path, library: bytes, name: str, text: str) -> None:
    native = wheel(tmp_path / "native", library, name=name, record=record())
    assert text in found(native, wheel(tmp_path / "cross", library, record=record()))


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [("overlay", {"kernels": "stock"}, "changes stock"), ("num-threads", 8, "num-threads 8")],
)
def test_library_that_was_meant_to_be_another(
    tmp_path: Path, library: bytes, key: str, value: object, text: str
) -> None:
    native = wheel(tmp_path / "native", library, record=record(**{key: value}))
    assert f"what the build was told in the native wheel only: {text}" in found(
        native, wheel(tmp_path / "cross", library, record=record())
    )


def test_newer_c_library_than_the_tag_is_found(tmp_path: Path, compiler: Compiler, library: bytes) -> None:
    # A function of glibc 2.17, which is within the one tag and not within the other.
    code = "char *secure_getenv(const char *); double sgemm_(double *x) { return secure_getenv(0) ? *x : 0; }"
    newer = linked(compiler, "newer", WIDE + code)
    old = NAME.replace(TAG, "manylinux_2_5_x86_64")
    for name, text in (
        (NAME, ""),
        (old, "the native wheel breaks the contract: C library: needs symbols that are newer"),
    ):
        native = wheel(tmp_path / "native", newer, name=name, record=record())
        differs = found(native, wheel(tmp_path / "cross", library, name=name, record=record()))
        assert ("C library" in differs) == bool(text)
        assert text in differs


def test_program_prints_the_table_and_fails_where_they_differ(
    tmp_path: Path, library: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    native = wheel(tmp_path / "native", library, record=record(), more=("odd",))
    cross = wheel(tmp_path / "cross", library, record=record())
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    assert compare.main([str(native), str(cross), "--summary", str(summary)]) == 1
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[0].startswith("| wheel | MB: native, cross |")
    assert lines[2].startswith(f"| scipy_openblas64 {TAG} | 0.0, 0.0 |")
    assert lines[2].endswith("| differ |")
    assert summary.read_text(encoding="utf-8") == "before\n" + said.out
    assert f"scipy_openblas64 {TAG}: files in the native wheel only: odd" in said.err


def test_every_wheel_of_the_table_is_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ROWS.values()
    names = [f"scipy_openblas{64 if each == 'ilp64' else 32}-1-py3-none-{tag}.whl" for tag, each in _platforms()]
    assert compare.lacking(names, rows) == []
    assert compare.lacking(names[1:], rows) == [", ".join(_platforms()[0])]
    (tmp_path / "cross").mkdir()
    assert compare.main([str(tmp_path / "native"), str(tmp_path / "cross")]) == 1
    assert f"{', '.join(_platforms()[-1])}" in capsys.readouterr().err


def _platforms() -> list[tuple[str, str]]:
    return [(row.tag, interface) for row in ROWS.values() for interface in row.interfaces]


def test_wheels_are_paired_by_package_and_tags(tmp_path: Path, library: bytes) -> None:
    other = NAME.replace(TAG, "musllinux_1_2_x86_64")
    crosses = [wheel(tmp_path / "cross", library, name=name, record=record()) for name in (NAME, other)]
    native = facts_of(wheel(tmp_path / "native", library, record=record()))
    pairs = compare.paired([native], map(facts_of, crosses))
    assert [(pair.native, pair.cross.path) for pair in pairs] == [(native, crosses[0]), (None, crosses[1])]
    with pytest.raises(AuditError, match="on its own platform only"):
        compare.paired([native], [facts_of(crosses[1])])
    with pytest.raises(AuditError, match="two wheels for the same"):
        compare.paired([native, native], [facts_of(crosses[0])])


@pytest.mark.parametrize("name", ["library.whl", NAME])
def test_what_is_no_wheel_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("text", encoding="utf-8")
    with pytest.raises(AuditError, match="is not a wheel"):
        facts_of(path)
