"""The bill of materials says what went into the wheel, and a program that knows the format agrees."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bills import SPDX_IDS, assert_valid
from openblas_build.settings import Settings
from openblas_build.sources import locate
from openblas_build.sources.tree import PROVENANCE_FILE
from openblas_build.wheel import records
from small_sources import NOWHERE, SmallLock, checksum, release


@pytest.fixture
def lock(tmp_path: Path) -> SmallLock:
    return SmallLock(tmp_path / "openblas_src", tmp_path / "store")


def bill_of(lock: SmallLock, settings: Settings, version: str = "0.3.34.0.0") -> dict[str, Any]:
    text = records.sbom(locate(settings, lock.folder, {}), "scipy-openblas64", version)
    assert_valid(text)
    bill: dict[str, Any] = json.loads(text)
    return bill


def versions(bill: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each.get("version") for each in bill["components"]}


def test_it_follows_the_lock(lock: SmallLock) -> None:
    bills = []
    for taken in (lock.release, lock.repacked):
        bills.append(bill_of(lock, Settings(archives=lock.store)))
        assert taken.name in (lock.tree / PROVENANCE_FILE).read_text()
        shutil.rmtree(lock.tree)
        taken.unlink()
    # Whichever way the archives came.
    assert bills[0] == bills[1]
    assert versions(bills[0]) == {"OpenBLAS": "0.3.34", "LAPACK": "3.12.1"}
    openblas, lapack = bills[0]["components"]
    assert openblas["purl"] == "pkg:github/openmathlib/openblas@v0.3.34"
    assert lapack["cpe"] == "cpe:2.3:a:lapack_project:lapack:3.12.1:*:*:*:*:*:*:*"
    references = [*openblas["externalReferences"], *lapack["externalReferences"]]
    assert [each["comment"] for each in references] == ["o.tar.gz", "o+ds.tar.gz", "l.tar.gz"]
    assert references[2]["url"] == f"{NOWHERE}/l.tar.gz"
    assert references[2]["hashes"] == [{"alg": "SHA-256", "content": checksum(lock.lapack)}]


def test_everything_has_a_licence_and_a_place_in_the_graph(lock: SmallLock) -> None:
    bill = bill_of(lock, Settings(archives=lock.store))
    everything = [bill["metadata"]["component"], *bill["components"]]
    licences = [each["licenses"][0]["expression"].split(" AND ") for each in everything]
    assert set().union(*licences) <= SPDX_IDS
    # The wheel has what its parts have.
    assert set(licences[0]) == set().union(*licences[1:])
    references = {each["bom-ref"] for each in everything}
    assert {each["ref"] for each in bill["dependencies"]} == references
    assert {other for each in bill["dependencies"] for other in each["dependsOn"]} == references - {"wheel"}


def test_ones_own_archive(lock: SmallLock) -> None:
    bill = bill_of(lock, Settings(source=lock.release))
    # LAPACK's own word for its version, for want of a better one; and it is said that it is no more.
    assert versions(bill) == {"OpenBLAS": "0.3.34", "LAPACK": "3.12.0"}
    for component in bill["components"]:
        assert component["evidence"]["identity"]["methods"][0]["technique"] == "manifest-analysis"
        assert "purl" not in component
        (reference,) = component["externalReferences"]
        assert (reference["url"], reference["hashes"][0]["content"]) == (lock.release.name, checksum(lock.release))


def test_archive_with_an_odd_name(lock: SmallLock, tmp_path: Path) -> None:
    bill = bill_of(lock, Settings(source=release(tmp_path / "my [own] tree+1.tar.gz")), "0.3.34.0.0+dev")
    assert bill["components"][0]["externalReferences"][0]["url"] == "my%20%5Bown%5D%20tree%2B1.tar.gz"
    assert bill["metadata"]["component"]["purl"] == "pkg:pypi/scipy-openblas64@0.3.34.0.0%2Bdev"


def test_changed_tree_claims_no_archives_and_keeps_the_locks_lapack(lock: SmallLock) -> None:
    locate(Settings(archives=lock.store), lock.folder, {})
    (lock.tree / "common.h").write_text("mine")
    bill = bill_of(lock, Settings(source=lock.tree))
    assert "SHA-256" not in json.dumps(bill)
    # It calls itself 3.12.0, and has the files of the lock's.
    assert versions(bill) == {"OpenBLAS": "0.3.34", "LAPACK": "3.12.1"}
    (lock.tree / "lapack-netlib/SRC/dgesv.f").write_text("mine")
    assert versions(bill_of(lock, Settings(source=lock.tree)))["LAPACK"] == "3.12.0"


def test_tree_that_does_not_say_lapacks_version(lock: SmallLock) -> None:
    locate(Settings(archives=lock.store), lock.folder, {})
    (lock.tree / "lapack-netlib/CMakeLists.txt").write_text("")
    assert versions(bill_of(lock, Settings(source=lock.tree))) == {"OpenBLAS": "0.3.34", "LAPACK": None}
