"""The table of this wheel beside the published one: ``make compare``.

Sizes and symbols are read from the two wheels; import and memory are measured, a process each, in turn.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "backend")]

from conformance.candidates import library_of, published_wheel  # noqa: E402
from openblas_build.console import complain, say  # noqa: E402
from openblas_build.errors import BuildError, ToolError  # noqa: E402
from openblas_build.project import NEWEST_PUBLISHED, newest_wheel  # noqa: E402
from openblas_build.run import run  # noqa: E402
from openblas_build.targets.formats import read_library  # noqa: E402

PREFIX = "scipy_"
ROUNDS = 9
# Prints seconds and kilobytes.
IMPORT = """
import sys, time
sys.path.insert(0, sys.argv[1])
began = time.perf_counter()
import scipy_openblas64
passed = time.perf_counter() - began
(memory,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS:"))
print(passed, memory)
"""


@dataclass(frozen=True)
class Import:
    """What importing the package costs: seconds, and kilobytes of resident memory afterwards."""

    seconds: float
    memory: int

    @classmethod
    def of(cls, folder: Path) -> Import:
        """Import the package in `folder` in a process of its own.

        Raises:
            ToolError: it cannot be imported.
        """
        seconds, memory = run([sys.executable, "-I", "-c", IMPORT, folder]).split()
        return cls(float(seconds), int(memory))


def main(arguments: Sequence[str]) -> int:
    """Compare the wheel given, or the newest in dist/, with the published one; return the exit status."""
    work = ROOT / "build" / "compare"
    shutil.rmtree(work, ignore_errors=True)
    try:
        ours = Path(arguments[0]) if arguments else newest_wheel(ROOT)
        wheels = [ours, published_wheel(ROOT / "build" / "conformance" / "published", version=NEWEST_PUBLISHED)]
        folders = [unpacked(wheel, work / str(number)) for number, wheel in enumerate(wheels)]
        imports = measured(folders)
    except BuildError as error:
        complain(str(error))
        return 1
    columns = [{**facts(*pair), **costs(each)} for *pair, each in zip(wheels, folders, imports, strict=True)]
    print("| | this wheel | published |\n|---|---|---|")
    for row in columns[0]:
        print(f"| {row} | {' | '.join(column[row] for column in columns)} |")
    return 0


def unpacked(wheel: Path, folder: Path) -> Path:
    """Unpack `wheel` into `folder` and return it.

    Raises:
        ToolError: there is no such wheel.
    """
    if not zipfile.is_zipfile(wheel):
        msg = f"{wheel} is not a wheel; 'make wheel' makes one in dist/"
        raise ToolError(msg)
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def facts(wheel: Path, folder: Path) -> dict[str, str]:
    """Return what can be read from the wheel, a row each."""
    library = read_library(library_of(wheel, folder))
    libraries = [path.stat().st_size for path in folder.rglob("*") if ".so" in path.name]
    everything = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return {
        "platform tag": wheel.stem.split("-")[-1],
        "wheel": megabytes(wheel.stat().st_size),
        "unpacked": megabytes(sum(everything)),
        "libraries": megabytes(sum(libraries)),
        "exported symbols": f"{len(library.exports):,}",
        "of them without the prefix": f"{sum(not name.startswith(PREFIX) for name in library.exports):,}",
        "newest symbol of glibc": ".".join(map(str, max(library.glibc_symbols))),
        "needs": ", ".join(name.split(".")[0] for name in library.needed),
        "full RELRO": "no" if any("RELRO" in weakness for weakness in library.weaknesses) else "yes",
    }


def measured(folders: Sequence[Path]) -> list[Sequence[Import]]:
    """Import each package in turn, once to fill caches and then ROUNDS times."""
    say(f"importing each {ROUNDS} times")
    rounds = [[Import.of(folder) for folder in folders] for _ in range(ROUNDS + 1)]
    return list(zip(*rounds[1:], strict=True))


def costs(imports: Sequence[Import]) -> dict[str, str]:
    """Return the medians, a row each."""
    return {
        "import": f"{statistics.median(each.seconds for each in imports) * 1e3:.1f} ms",
        "resident memory after import": megabytes(statistics.median(each.memory for each in imports) * 1024),
    }


def megabytes(size: float) -> str:
    """Return `size` in bytes as text."""
    return f"{size / 1e6:.1f} MB"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
