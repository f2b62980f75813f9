"""scipy_openblas32: what the published wheel of that name is, from the same tree as scipy_openblas64."""

from __future__ import annotations

import email
import json
from pathlib import Path

import pytest

from artifacts import Environment
from declared_functions import (
    AT_LEAST,
    HEADERS,
    LANGUAGES,
    PLAIN_OUTPUT,
    PLAIN_PROGRAM,
    declared,
    program_of_addresses,
    source,
)
from openblas_build.audit import Contract, audit_file, render
from openblas_build.audit.audit import naming_of
from openblas_build.audit.contract import reference
from openblas_build.naming import LP64, convention
from openblas_build.targets.formats import read_library
from programs import run

PACKAGE = LP64.package
NAMING = convention("scipy", LP64)
LIBRARY = "libscipy_openblas.so"


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def link_flags(package: Path) -> list[str]:
    return [f"-I{package / 'include'}", str(package / "lib" / LIBRARY), f"-Wl,-rpath,{package / 'lib'}"]


def test_contract_is_kept(wheel: Path) -> None:
    report = audit_file(wheel, Contract(naming=NAMING, interface=LP64))
    assert report.ok, render(report)


def test_nothing_in_it_has_the_other_name(contents: Path) -> None:
    assert {name.partition("/")[0].partition("-")[0] for name in files(contents)} == {PACKAGE}
    (info,) = contents.glob("*.dist-info")
    metadata = email.message_from_string((info / "METADATA").read_text(encoding="utf-8"))
    assert metadata["Name"] == LP64.distribution
    for name in ("entry_points.txt", "RECORD", "sboms/openblas.cdx.json"):
        assert "openblas64" not in (info / name).read_text(encoding="utf-8"), name
    record = json.loads((info / "build-record.json").read_text(encoding="utf-8"))
    assert record["integers"] == 32


def test_places_of_the_published_wheel_are_kept(contents: Path, published: Path) -> None:
    ours, theirs = (files(folder / PACKAGE) for folder in (contents, published))
    assert {name for name in theirs if not name.startswith(("lib/libgfortran", "lib/libquadmath"))} <= ours
    assert f"lib/{LIBRARY}" in ours


def test_names_of_the_published_wheel_are_there(contents: Path, published: Path) -> None:
    compared = reference("0.3.34")
    assert compared is not None
    excused = compared.missing_from(frozenset(), "x86_64")
    ours, theirs = (read_library(folder / PACKAGE / "lib" / LIBRARY) for folder in (contents, published))
    offered = {naming_of(theirs).plain(name) for name in theirs.exports} & set(excused)
    assert len(offered) > 5000
    assert offered - {naming_of(ours).plain(name) for name in ours.exports} == set()


def test_results_are_those_of_the_published_package(both: Environment, published: Path) -> None:
    code = (
        f"import {PACKAGE} as p, json\n"
        "print(json.dumps([p.get_library(), p.get_library(True), p.__version__, p.get_pkg_config(use_prefix=True)]))"
    )
    ours = json.loads(both.run(code))
    theirs = json.loads(both.run(f"import sys; sys.path.insert(0, {str(published)!r})\n{code}"))
    assert ours[:3] == theirs[:3] == ["scipy_openblas", LIBRARY, "0.3.34.0.0"]

    def flags(text: str) -> dict[str, list[str]]:
        fields = [line.partition(":") for line in text.splitlines() if ": " in line]
        return {name: value.split() for name, _, value in fields if name in ("Libs", "Cflags", "Name")}

    assert flags(ours[3]) == flags(theirs[3])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_declared_function_is_in_the_library(contents: Path, tmp_path: Path, language: str) -> None:
    package = contents / PACKAGE
    listed = {header: declared(package / "include", header, tmp_path) for header in HEADERS}
    for header, number in AT_LEAST.items():
        assert len(listed[header]) >= number, header
    names = set().union(*listed.values())
    program = source(tmp_path, language, program_of_addresses(names, HEADERS, LIBRARY))
    run(*LANGUAGES[language], "-w", program, *link_flags(package), "-ldl", "-o", tmp_path / "program")
    assert run(tmp_path / "program") == f"{len(names)}\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_names_calculate_with_short_integers(contents: Path, tmp_path: Path, language: str) -> None:
    program = source(tmp_path, language, PLAIN_PROGRAM)
    run(*LANGUAGES[language], "-DBYTES=4", program, *link_flags(contents / PACKAGE), "-o", tmp_path / "program")
    assert run(tmp_path / "program") == PLAIN_OUTPUT


def test_self_test(both: Environment) -> None:
    done = both.start("-m", PACKAGE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\nok ") == 3
    assert "USE64BITINT" not in done.stdout
    assert json.loads(both.start("-m", PACKAGE, "--json").stdout)["integer_bits"] == 32
    assert both.start("-m", PACKAGE, "--build-info").returncode == 0
