"""What a wheel tells of itself: the bill of materials, and how it was built."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..overlay import RECORD_FILE
from ..run import run
from ..settings import Settings
from ..sources import Tree
from ..sources.lock import LAPACK, OPENBLAS, PROJECTS, Part
from ..sources.tree import GIVEN
from ..targets import NATIVE, Target

SBOM_FILE = "sboms/openblas.cdx.json"  # PEP 770
BUILD_RECORD_FILE = "build-record.json"

# What is the same of a part in every version; "{}" stands for that.
_ABOUT: Mapping[str, Mapping[str, str]] = {
    # Most of its files have GotoBLAS's licence.
    OPENBLAS: {
        "license": "BSD-3-Clause AND BSD-2-Clause-Views",
        "cpe": "cpe:2.3:a:openblas_project:openblas:{}:*:*:*:*:*:*:*",
        "purl": "pkg:github/openmathlib/openblas@v{}",
    },
    # LAPACKE has Intel's.
    LAPACK: {
        "license": "BSD-3-Clause-Open-MPI AND BSD-3-Clause",
        "cpe": "cpe:2.3:a:lapack_project:lapack:{}:*:*:*:*:*:*:*",
        "purl": "pkg:github/reference-lapack/lapack@v{}",
    },
}
# The wheel's: that of this project's own code, and those of the parts.
_LICENSE = "BSD-3-Clause AND BSD-2-Clause-Views AND BSD-3-Clause-Open-MPI"
# LAPACK calls the BLAS.
_DEPENDENCIES = {"wheel": [OPENBLAS, LAPACK], OPENBLAS: [], LAPACK: [OPENBLAS]}


def sbom(tree: Tree, distribution: str, wheel_version: str) -> str:
    """Return a CycloneDX bill of materials: the sources that went into the wheel, with checksums and licences.

    Of the lock's tree it says what the lock says, so that it is the same whichever way the archives came.
    """
    if tree.lock is None:
        components = [_given(tree, OPENBLAS, tree.version), _given(tree, LAPACK, tree.lapack_version)]
    else:
        components = [_locked(part) for part in tree.lock.parts]
    main = {
        "type": "library",
        "bom-ref": "wheel",
        "name": distribution,
        "version": wheel_version,
        "purl": f"pkg:pypi/{distribution}@{quote(wheel_version)}",
        "licenses": [{"expression": _LICENSE}],
    }
    body: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": main},
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": others} for ref, others in _DEPENDENCIES.items()],
    }
    # A serial number that the content determines, so that the same wheel has the same one.
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return json.dumps({**body, "serialNumber": f"urn:uuid:{serial}"}, indent=2, sort_keys=True) + "\n"


def build_record(tree: Tree, settings: Settings, target: Target, build_dir: Path) -> str:
    """Return how the wheel was made, as JSON: source and its changes, options, kernels, C library, compilers."""
    built_elsewhere = _cmake_cache(build_dir / "CMakeCache.txt").get("OPENBLAS_BUILT")
    cache = _cmake_cache(Path(built_elsewhere or build_dir / "openblas") / "CMakeCache.txt")
    record = {
        "source": _source(tree),
        "openblas": tree.version,
        "overlay": _changes(cache.get("CMAKE_HOME_DIRECTORY")),
        "machine": target.machine,
        "kernels": list(target.kernels),
        "num-threads": settings.num_threads,
        "threading": settings.threading,
        "integers": settings.interface_value.bits,
        "naming": settings.naming,
        target.row.c_library: target.c_version,
        "c-compiler": _first_line(cache.get("CMAKE_C_COMPILER")),
        "fortran-compiler": _first_line(cache.get("CMAKE_Fortran_COMPILER")),
        "linker": _first_line(cache.get("CMAKE_LINKER")),
        "c-flags": _flags(cache, "C"),
        "fortran-flags": _flags(cache, "Fortran"),
    }
    if target.c_version == NATIVE:
        record[target.row.c_library] = f"{NATIVE}: the build machine's own"
    return json.dumps(record, indent=2, sort_keys=True) + "\n"


def _flags(cache: Mapping[str, str], language: str) -> str:
    """Return the flags that all files of a language have: the user's first, then the build's, which win."""
    names = (f"CMAKE_{language}_FLAGS", f"CMAKE_{language}_FLAGS_RELEASE")
    return " ".join(" ".join(cache.get(name, "") for name in names).split())


def _source(tree: Tree) -> dict[str, Any]:
    """Return what there is to say of where the source came from."""
    if tree.lock is not None:
        versions = {part.role: part.version for part in tree.lock.parts}
        return {"kind": "lock", "tree": tree.lock.digest, **versions}
    # What the assembly recorded of a tree from the lock, its owner may have changed since.
    return tree.provenance if tree.provenance.get("kind") == GIVEN else {"kind": GIVEN}


def _changes(tree: str | None) -> Any:
    """Return what the overlay recorded in the tree that was really built, which may be another build folder's."""
    try:
        return json.loads((Path(tree or "") / RECORD_FILE).read_text(encoding="utf-8"))
    except OSError:
        return None


def _component(role: str, version: str | None) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": role,
        "name": PROJECTS[role],
        "licenses": [{"expression": _ABOUT[role]["license"]}],
        "pedigree": {"notes": "With this project's changes to it, which build-record.json lists."},
    }
    if version:
        component.update(version=version, cpe=_ABOUT[role]["cpe"].format(version))
    return component


def _locked(part: Part) -> dict[str, Any]:
    # Any of these archives may have been taken: the tree that they make is the same.
    references = [
        {"type": "distribution", "url": archive.address, "comment": archive.name, "hashes": [_hash(archive.sha256)]}
        for archive in part.archives
    ]
    purl = _ABOUT[part.role]["purl"].format(part.version)
    return {**_component(part.role, part.version), "purl": purl, "externalReferences": references}


def _given(tree: Tree, role: str, version: str | None) -> dict[str, Any]:
    # Nobody knows whether it is a release, so it is not said to be one: there is no package URL.
    component = _component(role, version)
    if version and not (role == LAPACK and tree.known_lapack):
        method = {"technique": "manifest-analysis", "confidence": 0.5, "value": f"CMakeLists.txt of {PROJECTS[role]}"}
        component["evidence"] = {"identity": {"field": "version", "confidence": 0.5, "methods": [method]}}
    references = [
        {"type": "distribution", "url": quote(archive["name"]), "hashes": [_hash(archive["sha256"])]}
        for archive in _source(tree).get("archives", [])
    ]
    return {**component, "externalReferences": references} if references else component


def _hash(sha256: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": sha256}


def _cmake_cache(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return {}
    return dict(re.findall(r"^(\w+):\w+=(.*)$", text, re.MULTILINE))


def _first_line(program: str | None) -> str | None:
    # The program's own words, without the path that it was started by.
    if not program:
        return None
    line = run([program, "--version"]).splitlines()[0]
    return line.replace(program, Path(program).name)
