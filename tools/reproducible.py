"""Build the wheel twice and compare the bytes: ``make reproducible``.

The two builds are of the same commit, in folders of different names, one after the other, with
another home, umask and number of jobs, and without a compiler cache, which would hide differences.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "backend"))

from openblas_build.console import complain, say  # noqa: E402
from openblas_build.errors import BuildError, ToolError  # noqa: E402
from openblas_build.run import run  # noqa: E402

_DIFFERENCES_SHOWN = 10


def main(options: Sequence[str]) -> int:
    """Build twice with these further pip options, compare; return 0 if the wheels are the same."""
    with tempfile.TemporaryDirectory(prefix="reproducible-") as folder:
        try:
            commit = run(["git", "-C", ROOT, "rev-parse", "HEAD"]).strip()
            first = build(commit, Path(folder) / "a", options, umask=0o022, jobs=2)
            second = build(commit, Path(folder) / "another-folder" / "deeper", options, umask=0o077, jobs=3)
        except BuildError as error:
            complain(str(error))
            return 1
        if first.read_bytes() == second.read_bytes():
            digest = hashlib.sha256(first.read_bytes()).hexdigest()
            say(f"the same bytes twice: {first.name}, sha256 {digest}")
            return 0
        complain(f"{first.name} differs from build to build")
        for line in differences(first, second):
            print(line)
        if shutil.which("diffoscope"):
            subprocess.run(["diffoscope", first, second], check=False)
    return 1


def build(commit: str, folder: Path, options: Sequence[str], *, umask: int, jobs: int) -> Path:
    """Check `commit` out into `folder`, build a wheel there, and return it.

    Raises:
        ToolError: git or pip failed.
    """
    say(f"building in {folder}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    run(["git", "clone", "--quiet", "--no-checkout", ROOT, folder])
    run(["git", "-C", folder, "checkout", "--quiet", "--detach", commit])
    home = folder.with_name(folder.name + "-home")
    home.mkdir()
    environ = {**os.environ, "HOME": str(home)}
    # The archives are the same for both: their checksums are locked.
    environ.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "-w", "dist", "-v"]
    settings = ["-C", "openblas.compiler-launcher=none", "-C", f"openblas.jobs={jobs}"]
    done = subprocess.run([*command, *settings, *options], cwd=folder, env=environ, umask=umask, check=False)
    if done.returncode:
        msg = f"the build in {folder} failed"
        raise ToolError(msg)
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


def differences(first: Path, second: Path) -> Iterator[str]:
    """Yield what differs between two wheels, a line a file and a few more for the places in it."""
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as other:
        names = [info.filename for info in one.infolist()], [info.filename for info in other.infolist()]
        yield from (f"only in one: {name}" for name in sorted(set(names[0]) ^ set(names[1])))
        if names[0] != names[1] and set(names[0]) == set(names[1]):
            yield "the order of the files differs"
        for name in sorted(set(names[0]) & set(names[1])):
            left, right = one.read(name), other.read(name)
            if left != right:
                yield f"{name}: {len(left)} and {len(right)} bytes"
                yield from _places(left, right)
            elif one.getinfo(name).external_attr != other.getinfo(name).external_attr:
                yield f"{name}: the permissions differ"


def _places(left: bytes, right: bytes) -> Iterator[str]:
    shown = 0
    position = 0
    while position < min(len(left), len(right)) and shown < _DIFFERENCES_SHOWN:
        if left[position] != right[position]:
            yield f"  at {position:#x}: {left[position : position + 24]!r} and {right[position : position + 24]!r}"
            shown += 1
            position += 64
        else:
            position += 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
