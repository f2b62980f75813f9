"""What is in the wheel, and that it keeps the contract."""

from __future__ import annotations

import csv
import email
import json
import subprocess
import sys
from pathlib import Path

from packaging.utils import parse_wheel_filename

from artifacts import LIBRARY, LICENCES, PACKAGE, ROOT
from bills import assert_valid
from openblas_build.audit import audit_file, render
from openblas_build.audit.audit import naming_of
from openblas_build.audit.contract import reference
from openblas_build.sources.lock import LOCK_FILE, Lock
from openblas_build.targets.formats import read_library


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def dist_info(folder: Path) -> Path:
    (path,) = folder.glob("*.dist-info")
    return path


def test_contents_are_exactly_these(contents: Path) -> None:
    info = dist_info(contents).name
    headers = ["cblas", "f77blas", "lapack", "lapacke", "lapacke_config", "lapacke_mangling", "lapacke_utils"]
    headers += ["openblas_config", "openblas_plain_names"]
    modules = ["__init__", "__main__", "_elf", "_library", "_output", "_pkg_config", "_selftest", "_variant"]
    assert files(contents) == {
        f"{PACKAGE}/lib/{LIBRARY}",
        f"{PACKAGE}/lib/pkgconfig/scipy-openblas.pc",
        f"{PACKAGE}/lib/cmake/openblas/OpenBLASConfig.cmake",
        f"{PACKAGE}/lib/cmake/openblas/OpenBLASConfigVersion.cmake",
        *(f"{PACKAGE}/include/{header}.h" for header in headers),
        *(f"{PACKAGE}/{module}.py" for module in modules),
        f"{PACKAGE}/_variant.pyi",
        f"{PACKAGE}/py.typed",
        f"{info}/sboms/openblas.cdx.json",
        f"{info}/build-record.json",
        f"{info}/METADATA",
        f"{info}/RECORD",
        f"{info}/WHEEL",
        f"{info}/entry_points.txt",
        f"{info}/licenses/LICENSE",
        *(f"{info}/licenses/openblas_src/licenses/{name}" for name in LICENCES),
    }


def test_places_of_the_published_wheel_are_kept(contents: Path, published: Path) -> None:
    # libgfortran and libquadmath are what ours does without.
    theirs = {
        name for name in files(published / PACKAGE) if not name.startswith(("lib/libgfortran", "lib/libquadmath"))
    }
    assert theirs <= files(contents / PACKAGE)


def test_contract_is_kept(wheel: Path) -> None:
    report = audit_file(wheel)
    assert report.ok, render(report)


def test_audit_runs_from_the_command_line(wheel: Path) -> None:
    backend = Path(__file__).parents[2] / "backend"
    done = subprocess.run([sys.executable, backend, "audit", wheel], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "contract kept" in done.stdout


def test_tag_is_for_every_python_and_says_the_platform(wheel: Path, contents: Path) -> None:
    _, version, _, tags = parse_wheel_filename(wheel.name)
    assert {(tag.interpreter, tag.abi) for tag in tags} == {("py3", "none")}
    assert all(tag.platform.startswith("manylinux") for tag in tags)
    written = (dist_info(contents) / "WHEEL").read_text()
    assert {str(tag) for tag in tags} == {
        line.removeprefix("Tag: ") for line in written.splitlines() if line.startswith("Tag: ")
    }
    assert "Root-Is-Purelib: false" in written
    assert len(version.release) == 5


def test_auditwheel_agrees_with_the_tag(wheel: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "auditwheel", "show", wheel], capture_output=True, text=True, check=True
    ).stdout
    _, _, _, tags = parse_wheel_filename(wheel.name)
    assert any(tag.platform in shown for tag in tags)


def test_tag_is_the_oldest(wheel: Path) -> None:
    _, _, _, tags = parse_wheel_filename(wheel.name)
    assert {tag.platform for tag in tags} == {"manylinux_2_17_x86_64", "manylinux2014_x86_64"}


def test_bill_of_materials(contents: Path) -> None:
    text = (dist_info(contents) / "sboms" / "openblas.cdx.json").read_text(encoding="utf-8")
    assert_valid(text)
    bill = json.loads(text)
    assert [each["name"] for each in bill["components"]] == ["OpenBLAS", "LAPACK"]
    lock = Lock.read(ROOT / "openblas_src" / LOCK_FILE)
    assert [each["version"] for each in bill["components"]] == [part.version for part in lock.parts]
    references = [each for component in bill["components"] for each in component["externalReferences"]]
    locked = [archive for part in lock.parts for archive in part.archives]
    assert [(each["url"], each["hashes"][0]["content"]) for each in references] == [
        (archive.address, archive.sha256) for archive in locked
    ]
    metadata = email.message_from_string((dist_info(contents) / "METADATA").read_text(encoding="utf-8"))
    main = bill["metadata"]["component"]
    assert (main["name"], main["version"]) == (metadata["Name"], metadata["Version"])
    assert main["licenses"] == [{"expression": metadata["License-Expression"]}]


def test_no_file_mentions_the_build_machine(contents: Path) -> None:
    home, root = str(Path.home()).encode(), str(ROOT).encode()
    for path in contents.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert root not in content, path
            assert home + b"/" not in content, path


def test_metadata(wheel: Path, contents: Path) -> None:
    metadata = email.message_from_string((dist_info(contents) / "METADATA").read_text(encoding="utf-8"))
    assert metadata["Name"] == "scipy-openblas64"
    assert str(parse_wheel_filename(wheel.name)[1]) == metadata["Version"]
    assert metadata["License-Expression"]
    for name in metadata.get_all("License-File", []):
        assert (dist_info(contents) / "licenses" / name).read_text(encoding="utf-8", errors="replace").strip()
    entry_points = (dist_info(contents) / "entry_points.txt").read_text()
    assert "[pkg_config]" in entry_points
    assert "scipy-openblas = scipy_openblas64.lib.pkgconfig" in entry_points.replace("=", " = ").replace("  ", " ")


def test_record_lists_every_file(contents: Path) -> None:
    with (dist_info(contents) / "RECORD").open(newline="") as file:
        listed = {row[0] for row in csv.reader(file)}
    assert listed == files(contents)


def test_names_of_the_published_wheel_are_there(contents: Path, published: Path) -> None:
    compared = reference("0.3.34")
    assert compared is not None
    theirs = read_library(published / PACKAGE / "lib" / LIBRARY)
    prefixed = {naming_of(theirs).plain(name) for name in theirs.exports} - {None}
    # The list that every build is measured by is what the published wheel really exports.
    assert prefixed == compared.names
    ours = read_library(contents / PACKAGE / "lib" / LIBRARY)
    plain = frozenset(name for each in ours.exports if (name := naming_of(ours).plain(each)) is not None)
    assert compared.missing_from(plain, ours.machine) == []
    # And nothing leaves the library that has not the prefix.
    assert len(plain) == len(ours.exports)


def test_library_is_not_larger_than_the_published_one(contents: Path, published: Path) -> None:
    ours, theirs = (folder / PACKAGE / "lib" / LIBRARY for folder in (contents, published))
    assert ours.stat().st_size < theirs.stat().st_size
