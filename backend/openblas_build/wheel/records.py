"""What a wheel tells of itself: the bill of materials, and how it was built."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..platforms import NATIVE, Platform
from ..run import run
from ..settings import Settings
from ..sources import Tree

SBOM_FILE = "sboms/openblas.cdx.json"  # PEP 770
BUILD_RECORD_FILE = "build-record.json"

_LICENSES = {"openblas": "BSD-3-Clause", "lapack": "BSD-3-Clause-Open-MPI"}
_PROJECTS = {"openblas": "OpenBLAS", "lapack": "LAPACK"}


def sbom(tree: Tree, distribution: str, wheel_version: str, lapack_version: str | None) -> str:
    """Return a CycloneDX bill of materials: the sources that went into the wheel, with checksums and licences."""
    components = [
        _component("openblas", tree.version, _hashes(tree, "openblas")),
        _component("lapack", lapack_version, _hashes(tree, "lapack") or _hashes(tree, "openblas")),
    ]
    main = {
        "type": "library",
        "bom-ref": "wheel",
        "name": distribution,
        "version": wheel_version,
        "purl": f"pkg:pypi/{distribution}@{wheel_version}",
    }
    body: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": main},
        "components": components,
        "dependencies": [{"ref": "wheel", "dependsOn": [each["bom-ref"] for each in components]}],
    }
    # A serial number that the content determines, so that the same wheel has the same one.
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return json.dumps({**body, "serialNumber": f"urn:uuid:{serial}"}, indent=2, sort_keys=True) + "\n"


def build_record(tree: Tree, settings: Settings, platform: Platform, build_dir: Path) -> str:
    """Return how the wheel was made, as JSON: source, options, kernels, C library, compilers."""
    built_elsewhere = _cmake_cache(build_dir / "CMakeCache.txt").get("OPENBLAS_BUILT")
    cache = _cmake_cache(Path(built_elsewhere or build_dir / "openblas") / "CMakeCache.txt")
    record = {
        "source": {
            key: tree.provenance[key] for key in ("kind", "archives", "corrections", "edits") if key in tree.provenance
        },
        "openblas": tree.version,
        "machine": platform.machine,
        "kernels": list(platform.kernels),
        "num-threads": settings.num_threads if settings.threading != "none" else 1,
        "threading": settings.threading,
        "integers": settings.interface_value.bits,
        "naming": settings.naming,
        "glibc": platform.glibc,
        "c-compiler": _first_line(cache.get("CMAKE_C_COMPILER")),
        "fortran-compiler": _first_line(cache.get("CMAKE_Fortran_COMPILER")),
        "linker": _first_line(cache.get("CMAKE_LINKER")),
        "c-flags": cache.get("CMAKE_C_FLAGS_RELEASE"),
        "fortran-flags": cache.get("CMAKE_Fortran_FLAGS_RELEASE"),
    }
    if platform.glibc == NATIVE:
        record["glibc"] = f"{NATIVE}: the build machine's own"
    return json.dumps(record, indent=2, sort_keys=True) + "\n"


def lapack_version(tree: Tree) -> str | None:
    """Return the version that LAPACK's own sources say, e.g. ``3.12.1``."""
    text = (tree.path / "lapack-netlib" / "CMakeLists.txt").read_text(encoding="utf-8", errors="replace")
    found = dict(re.findall(r"set\(LAPACK_(MAJOR|MINOR|PATCH)_VERSION\s+(\d+)\)", text))
    return ".".join(found[part] for part in ("MAJOR", "MINOR", "PATCH")) if len(found) == 3 else None  # noqa: PLR2004


def _component(role: str, version: str | None, hashes: list[dict[str, str]]) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": role,
        "name": _PROJECTS[role],
        "licenses": [{"license": {"id": _LICENSES[role]}}],
    }
    if version:
        component["version"] = version
    if hashes:
        component["hashes"] = hashes
    return component


def _hashes(tree: Tree, role: str) -> list[dict[str, str]]:
    archives: list[Mapping[str, str]] = tree.provenance.get("archives", [])
    return [{"alg": "SHA-256", "content": archive["sha256"]} for archive in archives if archive["role"] == role]


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
