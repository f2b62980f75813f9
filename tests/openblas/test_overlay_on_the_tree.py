"""The overlay on the real tree: all of it fits, what was built is what it makes, and a miss is told at once."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from artifacts import ROOT
from openblas_build import overlay, project
from openblas_build.settings import Settings
from openblas_build.sources import Tree
from openblas_build.targets import ROWS, Row

BACKEND: list[str | Path] = [sys.executable, ROOT / "backend"]
OWN = ROWS["manylinux_2_17_x86_64"]


@pytest.fixture(scope="session")
def pristine() -> Tree:
    """The tree of the lock, without changes."""
    return project.locate_tree(ROOT, Settings())


def configure(tree: Path, target: Path, kernels: str) -> subprocess.CompletedProcess[str]:
    """Do what comes before the first compiler in every build."""
    options: list[str | Path] = ["--output", target / "configured.cmake", "--tree", target / "tree", "--compiler", "cc"]
    command = [*BACKEND, "configure", *options, f"SOURCE={tree}", f"KERNELS={kernels}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def changed(pristine: Tree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which a driver and a LAPACK file are not what changes were written for."""
    folder = tmp_path_factory.mktemp("changed") / "tree"
    shutil.copytree(pristine.path, folder, ignore=shutil.ignore_patterns("TESTING", "*.json"))
    (folder / "lapack-netlib" / "TESTING" / "MATGEN").mkdir(parents=True)
    for file in (pristine.path / "lapack-netlib" / "TESTING" / "MATGEN").glob("*.f"):
        shutil.copy(file, folder / "lapack-netlib" / "TESTING" / "MATGEN")
    for name in ("interface/gemm.c", "lapack-netlib/SRC/dlahqr.f"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace("CBLAS", "C_BLAS").replace("DLARFG", "DLARFX"))
    return folder


def test_every_change_fits_the_locked_tree(pristine: Tree) -> None:
    outcomes = overlay.survey(project.read_overlay(ROOT), pristine.path, project.situation(pristine, OWN, "GNU"))
    assert left_out(outcomes, OWN) == {"lists-with-larf1"}


def left_out(outcomes: Iterable[overlay.Outcome], row: Row) -> set[str]:
    """The changes that are not made, though they are for the platform."""
    return {
        each.change.id
        for each in outcomes
        if not each.applied
        and row.machine in (each.change.machines or (row.machine,))
        and row.system in (each.change.systems or (row.system,))
    }


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.tag)
def test_every_platform_has_all_fixes_and_other_machines_stock_kernels(pristine: Tree, row: Row) -> None:
    plan = project.plan_changes(ROOT, pristine, row, "GNU", "auto")
    if row.machine == OWN.machine:
        assert plan.kernels == "tuned"
    else:
        assert (plan.kernels, plan.why) == ("stock", f"there are no changes for speed on {row.machine}")
    assert left_out((each for each in plan.outcomes if each.change.kind != "speed"), row) == {"lists-with-larf1"}


def test_the_tree_that_was_built_is_what_the_overlay_makes(pristine: Tree, tree: Path, tmp_path: Path) -> None:
    overlay.write(project.plan_changes(ROOT, pristine, OWN, "GNU", "tuned"), tmp_path / "tree")
    made, built = (
        {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}
        for top in (tmp_path / "tree", tree)
    )
    assert made.keys() == built.keys()
    assert [name for name, text in made.items() if built[name] != text] == []


def test_tuned_is_refused_before_anything_is_compiled(changed: Path, tmp_path: Path) -> None:
    done = configure(changed, tmp_path, "tuned")
    assert done.returncode == 1
    assert "gemm-ways: interface/gemm.c: has `void NAME(char *TRANSA,`... 0 times, not once" in done.stderr
    assert "lahqr-reflectors: lapack-netlib/SRC/dlahqr.f" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_auto_takes_stock_and_says_why(changed: Path, tmp_path: Path) -> None:
    done = configure(changed, tmp_path, "auto")
    assert done.returncode == 0, done.stderr
    assert "kernels stock: gemm-ways does not apply: interface/gemm.c" in done.stdout
    record = json.loads((tmp_path / "tree" / "openblas-overlay.json").read_text())
    assert record["kernels"] == "stock"
    # No half of speed, all of the fixes.
    assert not (tmp_path / "tree" / "tuned").exists()
    assert "trsm_driver.h" not in (tmp_path / "tree" / "driver" / "level3" / "trsm_L.c").read_text()
    assert {"kind": "fix", "id": "geqp3rk-norm"}.items() <= next(
        each for each in record["changes"] if each["id"] == "geqp3rk-norm"
    ).items()


def test_list_of_changes_for_programs(changed: Path) -> None:
    done = subprocess.run(
        [*BACKEND, "overlay", "--tree", changed, "--json"], capture_output=True, text=True, check=True
    )
    states = {each["id"]: each for each in json.loads(done.stdout)}
    assert states["gemm-ways"]["state"] == "does not apply"
    assert states["gemm-ways"]["misses"][0]["file"] == "interface/gemm.c"
    assert states["trsm"]["state"] == "applies"
