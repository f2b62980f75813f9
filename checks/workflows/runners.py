"""The table of GitHub's machines: which of them runs the wheels of which platform."""

from __future__ import annotations

from dataclasses import dataclass

from openblas_build.errors import BuildError
from openblas_build.targets import Row


@dataclass(frozen=True)
class Runner:
    """A kind of machine that GitHub lends.

    `label` is GitHub's name for it with the release of its system: what is called ``latest`` is another machine some
    day. `system` and `machines` are what it runs, by the names that the table of platforms has for them. `experimental`
    is the reason why a wheel may fail to be made on it, which is not taken for an error then.
    """

    label: str
    system: str
    machines: tuple[str, ...]
    experimental: str = ""


_NOT_TRIED = "nobody has run the build on this system yet, only for it"

# As the list of GitHub's images has them, https://github.com/actions/runner-images, in August 2026. Intel's Macs go in
# the autumn of 2027.
RUNNERS = (
    Runner("ubuntu-24.04", "Linux", ("x86_64",)),
    Runner("ubuntu-24.04-arm", "Linux", ("aarch64",)),
    Runner("windows-2025", "Windows", ("x86_64",), experimental=_NOT_TRIED),
    Runner("windows-11-arm", "Windows", ("aarch64", "arm64"), experimental=_NOT_TRIED),
    Runner("macos-15-intel", "Darwin", ("x86_64",), experimental=_NOT_TRIED),
    Runner("macos-15", "Darwin", ("aarch64", "arm64"), experimental=_NOT_TRIED),
)
# What GitHub has no machines for, by system and machine: wheels are tested as `make test PLATFORM=...` does it, in an
# emulator. Of i686 there needs to be none, but neither GitHub's Pythons nor NumPy's wheels are for its 32 bits.
WITHOUT = frozenset((("Linux", "i686"), ("Linux", "ppc64le"), ("Linux", "s390x"), ("Linux", "riscv64")))

# By C library: the image that wheels are tested in where a runner's own system has another one.
IMAGES = {"musl": "python"}


def runner_of(row: Row) -> Runner | None:
    """Return the machine that runs a platform's wheels, None if it is known that there is none.

    Raises:
        BuildError: nobody has said which; the text says where to.
    """
    found = [each for each in RUNNERS if each.system == row.system and row.machine in each.machines]
    if found:
        return found[0]
    if (row.system, row.machine) in WITHOUT:
        return None
    msg = (
        f"{row.tag}: which of GitHub's machines runs {row.machine} with {row.system}?\n"
        "add it to RUNNERS in checks/workflows/runners.py, or to WITHOUT there if there is none and "
        f"'make test PLATFORM={row.tag}' runs it on another; then run 'make workflows'"
    )
    raise BuildError(msg)
