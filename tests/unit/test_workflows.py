"""GitHub's workflows: every platform of the table is built and tested, and nothing may do more than it has to."""

from __future__ import annotations

import dataclasses
import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from artifacts import ROOT
from checks.workflows import files, matrices
from checks.workflows.pins import Pin, Pins
from checks.workflows.runners import RUNNERS, WITHOUT, runner_of
from openblas_build.errors import BuildError
from openblas_build.targets import ROWS
from openblas_build.toml import tomllib

PINS = files.pins_of(ROOT)
WORKFLOWS: dict[str, Any] = {
    path.name: YAML(typ="safe").load(path.read_text(encoding="utf-8")) for path in files.paths(ROOT)
}
JOBS = {f"{file}:{name}": job for file, workflow in WORKFLOWS.items() for name, job in workflow["jobs"].items()}
WHEELS = WORKFLOWS["wheels.yml"]["jobs"]
PLATFORMS = [(row.tag, interface) for row in ROWS.values() for interface in row.interfaces]
CONFIGURED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]
ADVICE = "run 'make workflows', and commit what it writes"


def included(job: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = WHEELS[job]["strategy"]["matrix"]["include"]
    return entries


def listed(job: str) -> list[tuple[str, str]]:
    return [(entry["platform"], entry["interface"]) for entry in included(job)]


def commands(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job.get("steps", ()) if "run" in step]


def steps() -> Iterator[dict[str, Any]]:
    for job in JOBS.values():
        yield from job.get("steps", ())


def test_files_are_what_the_tables_want() -> None:
    lists = files.lists_of(ROWS.values(), PINS)
    assert [path.name for path, _ in files.outdated(ROOT, lists, PINS)] == [], ADVICE


def test_there_is_every_workflow() -> None:
    assert set(WORKFLOWS) == {"ci.yml", "release.yml", "wheels.yml"}


def test_every_platform_is_cross_compiled_in_every_interface() -> None:
    assert listed("cross") == PLATFORMS, ADVICE
    assert WHEELS["cross"]["env"] == {
        "PLATFORM": "${{ matrix.platform }}",
        "SCIPY_OPENBLAS_INTERFACE": "${{ matrix.interface }}",
    }
    assert 'make wheel PLATFORM="$PLATFORM"' in commands(WHEELS["cross"])


def test_every_platform_with_a_machine_of_its_own_is_built_and_tested_there() -> None:
    wanted = [(tag, interface) for tag, interface in PLATFORMS if runner_of(ROWS[tag])]
    assert wanted
    assert listed("native") == listed("numerical") == wanted, ADVICE
    for entry in (*included("native"), *included("numerical")):
        runner = runner_of(ROWS[entry["platform"]])
        assert runner
        assert entry["runner"] == runner.label


def test_every_other_platform_is_tested_in_an_emulator() -> None:
    emulated = [entry["platform"] for entry in included("cross") if entry["emulated"]]
    assert set(emulated) == {tag for tag, row in ROWS.items() if runner_of(row) is None}
    (step,) = (step for step in WHEELS["cross"]["steps"] if step.get("if") == "matrix.emulated")
    assert step["run"] == 'make test PLATFORM="$PLATFORM"'


def test_platform_that_nobody_has_a_place_for_is_told() -> None:
    row = dataclasses.replace(ROWS["manylinux_2_17_x86_64"], tag="manylinux_2_39_loongarch64", machine="loongarch64")
    for make in (matrices.cross, matrices.native, matrices.tested):
        with pytest.raises(BuildError, match=r"RUNNERS in .* or to WITHOUT there") as raised:
            make([row], PINS)
        assert "manylinux_2_39_loongarch64" in str(raised.value)
        assert "make workflows" in str(raised.value)


def test_new_row_makes_the_files_outdated() -> None:
    new = dataclasses.replace(ROWS["manylinux_2_17_aarch64"], tag="manylinux_2_28_aarch64")
    lists = files.lists_of([*ROWS.values(), new], PINS)
    ((path, text),) = files.outdated(ROOT, lists, PINS)
    assert path.name == "wheels.yml"
    assert text.count("platform: manylinux_2_28_aarch64, interface: lp64") == 3  # cross, native, numerical


@pytest.mark.parametrize(
    ("tag", "system", "machine", "runner", "build"),
    [
        ("win_arm64", "Windows", "aarch64", "windows-11-arm", "cp311-win_arm64"),
        ("win_amd64", "Windows", "x86_64", "windows-2025", "cp311-win_amd64"),
        ("macosx_11_0_arm64", "Darwin", "arm64", "macos-15", "cp311-macosx_arm64"),
        ("macosx_10_13_x86_64", "Darwin", "x86_64", "macos-15-intel", "cp311-macosx_x86_64"),
        ("musllinux_1_2_aarch64", "Linux", "aarch64", "ubuntu-24.04-arm", "cp311-musllinux_aarch64"),
    ],
)
def test_machine_and_name_of_a_platform(tag: str, system: str, machine: str, runner: str, build: str) -> None:
    row = dataclasses.replace(ROWS["manylinux_2_17_x86_64"], tag=tag, system=system, machine=machine)
    entries = matrices.native([row], PINS)
    assert [(entry["interface"], entry["runner"], entry["build"]) for entry in entries] == [
        (interface, runner, build) for interface in row.interfaces
    ]
    assert any(fnmatch.fnmatch(build, pattern) for pattern in CONFIGURED["build"])


@pytest.mark.parametrize("tag", ["macosx_11_0_arm64", "macosx_10_13_x86_64", *(tag for tag in ROWS if "macosx" in tag)])
def test_oldest_macos_of_cibuildwheel_is_that_of_the_tag(tag: str) -> None:
    _, major, minor, machine = tag.split("_", 3)
    environment = CONFIGURED["macos"]["environment"]
    for override in CONFIGURED["overrides"]:
        if fnmatch.fnmatch(f"cp311-macosx_{machine}", override["select"]):
            environment = override["environment"]
    assert environment["MACOSX_DEPLOYMENT_TARGET"] == f"{major}.{minor}"


def test_no_machine_is_in_both_tables() -> None:
    kinds = [(runner.system, machine) for runner in RUNNERS for machine in runner.machines]
    assert len(kinds) == len(set(kinds))
    assert not WITHOUT & set(kinds)


def test_musl_is_tested_where_it_is() -> None:
    images = {entry["platform"]: entry["image"] for entry in included("numerical")}
    for tag, image in images.items():
        wanted = PINS.image("python") if "musl" in tag else ""
        assert image == wanted


def test_matrix_has_what_its_job_asks_for() -> None:
    for name, job in JOBS.items():
        asked = set(re.findall(r"\bmatrix\.([\w-]+)", str({key: job[key] for key in job if key != "strategy"})))
        matrix = job.get("strategy", {}).get("matrix", {})
        for entry in matrix.get("include", [matrix]):
            assert asked <= set(entry), name


def test_jobs_wait_for_jobs_that_there_are() -> None:
    for file, workflow in WORKFLOWS.items():
        for job in workflow["jobs"].values():
            needed = job.get("needs", [])
            names = [needed] if isinstance(needed, str) else needed
            assert set(names) <= set(workflow["jobs"]), file


def test_rights_are_what_a_job_needs() -> None:
    assert all(workflow["permissions"] == {} for workflow in WORKFLOWS.values())
    more = {name: job["permissions"] for name, job in JOBS.items() if job["permissions"] != {"contents": "read"}}
    assert more == {
        "release.yml:provenance": {"actions": "read", "attestations": "write", "id-token": "write"},
        "release.yml:publish": {"id-token": "write"},
    }


def test_no_job_is_left_running() -> None:
    assert [name for name, job in JOBS.items() if "timeout-minutes" not in job and "uses" not in job] == []
    for file, workflow in WORKFLOWS.items():
        # With the workflow's own name: a called workflow would wait for the one that called it.
        assert workflow["concurrency"]["group"] == f"{file.removesuffix('.yml')}-${{{{ github.ref }}}}"


def test_all_that_is_of_others_is_pinned() -> None:
    used = [step["uses"] for step in steps() if "uses" in step]
    assert used
    for each in used:
        name, _, digest = each.partition("@")
        assert digest == PINS.actions[name].digest
    assert set(PINS.actions) == {each.partition("@")[0] for each in used}
    containers = {job["container"]["image"] for job in JOBS.values() if "container" in job}
    assert containers == {PINS.image("debian")}


def test_nothing_is_left_to_who_comes_after_a_checkout() -> None:
    checkouts = [step for step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"] == {"persist-credentials": False} for step in checkouts)


def test_no_command_is_made_of_what_others_wrote() -> None:
    assert [command for job in JOBS.values() for command in commands(job) if "${{" in command] == []


def test_a_person_publishes() -> None:
    jobs = WORKFLOWS["release.yml"]["jobs"]
    assert WORKFLOWS["release.yml"]["on"] == {"push": {"tags": ["v*"]}}
    assert jobs["wheels"]["uses"] == "./.github/workflows/wheels.yml"
    assert (jobs["provenance"]["needs"], jobs["publish"]["needs"]) == ("wheels", "provenance")
    assert jobs["publish"]["environment"]["name"] == "pypi"
    assert [name for name, job in JOBS.items() if "environment" in job] == ["release.yml:publish"]


def test_what_is_published_was_compared_and_attested() -> None:
    jobs = WORKFLOWS["release.yml"]["jobs"]
    taken = [
        step["with"]["pattern"]
        for job in (jobs["provenance"], jobs["publish"], WHEELS["compare"])
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/download-artifact@")
    ]
    assert taken == ["cross-*", "cross-*", "cross-*", "native-*"]
    kept = [
        step["with"]["name"]
        for job in ("cross", "native")
        for step in WHEELS[job]["steps"]
        if "name" in step.get("with", {})
    ]
    assert kept == [f"{way}-${{{{ matrix.platform }}}}-${{{{ matrix.interface }}}}" for way in ("cross", "native")]


def pins() -> Pins:
    return Pins(Path("pins.toml"), {"owner/name": Pin("v2", "b" * 40)}, {"debian": Pin("bookworm", "sha256:c")})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  - uses: owner/name\n", f"  - uses: owner/name@{'b' * 40} # v2\n"),
        (f"  - uses: owner/name@{'a' * 40} # v1\n", f"  - uses: owner/name@{'b' * 40} # v2\n"),
        ("  - uses: owner/name@v1\n", f"  - uses: owner/name@{'b' * 40} # v2\n"),
        ("  uses: ./.github/workflows/x.yml\n", "  uses: ./.github/workflows/x.yml\n"),
        ("  image: debian\n", "  image: debian:bookworm@sha256:c\n"),
        ("  image: debian:trixie@sha256:a\n", "  image: debian:bookworm@sha256:c\n"),
        (
            "    # cross: begin, by hand\n    - { old: entry }\n    # cross: end\n",
            "    # cross: begin, by hand\n    - { key: value, other: true, third: 'a:b' }\n    # cross: end\n",
        ),
    ],
)
def test_what_is_written(before: str, after: str) -> None:
    lists: dict[str, list[matrices.Entry]] = {"cross": [{"key": "value", "other": True, "third": "a:b"}]}
    assert files.written(before, lists, pins()) == after
    assert files.written(after, lists, pins()) == after


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- uses: another/name@v1\n", "the action another/name is not pinned; add its version and digest to pins.toml"),
        ("image: alpine\n", "the image alpine is not pinned"),
        ("# rows: begin\n# rows: end", "there is no list rows; there are: cross"),
    ],
)
def test_what_cannot_be_written_is_told(text: str, message: str) -> None:
    with pytest.raises(BuildError, match=re.escape(message)):
        files.written(text, {"cross": []}, pins())


def test_tag_is_no_digest(tmp_path: Path) -> None:
    file = tmp_path / "pins.toml"
    file.write_text('[actions."a/b"]\nversion = "v1"\ndigest = "v1"\n[images]\n', encoding="utf-8")
    with pytest.raises(BuildError, match="a/b: v1 is no digest"):
        Pins.read(file)
