"""glibc: the system's own, or the symbols of an older one.

A library runs wherever the C library has the versions of the symbols that it was linked with.
The PyPI package ziglang carries the symbol lists of every glibc and makes link-time stubs of
them, so an ordinary machine can link for an old one. Only the stubs are taken: the linker
stays the system's, for zig's knows neither dynamic lists nor all that is asked of it here.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path, PurePosixPath

from ...errors import SettingError, ToolError
from ...run import run
from ...symbols.ar import Archive
from ..formats import SharedLibrary
from ..linkage import NATIVE, Linkage, native
from ..versions import version_of

# What a library may need of a glibc, as the stubs call it; from 2.34 on the threads are in libc.so.6.
_STUBS = ("libm.so.6", "libpthread.so.0", "libc.so.6", "libld.so.2")
_WITHOUT_THREADS = tuple(name for name in _STUBS if "pthread" not in name)
# Functions that glibc gives as objects to be linked in, such as pthread_atfork.
_STATIC_PART = "libc_nonshared.a"
_STATIC = "libc_static.a"  # what is made of it
# The oldest version that zig has stubs of, where wheels run with an older one. The audit of the finished library sees
# which symbols were taken.
_OLDEST_STUBS = {"powerpc64le-linux-gnu": "2.19"}
# Its parts, with the dynamic linker under its name on each architecture.
_PARTS = r"lib(c|m|pthread|dl|rt)\.so\.\d+|ld-linux(-[a-z0-9_-]+)?\.so\.\d+|ld64\.so\.\d"


class Glibc:
    """The C library's strategy."""

    name = "glibc"
    found_by_auditwheel = True
    static_needs = ("m", "pthread")
    requirements = ("ziglang>=0.13",)

    def tag_pattern(self, machine: str) -> str:
        """Return the pattern of platform tags of wheels for a machine."""
        return f"manylinux*_{machine}"

    def linkage(self, version: str, zig_target: str, objcopy: str, work: Path) -> Linkage:
        """Return how to link for `version`; see `floor`."""
        return native() if version == NATIVE else floor(version, zig_target, objcopy, work)

    def header_options(self, folder: Path) -> tuple[str, ...]:  # noqa: ARG002
        """Return nothing: the compilers' own headers will do, for every version."""
        return ()

    def write_headers(self, zig_target: str, folder: Path) -> None:
        """Write none."""

    def allows(self, needed: str) -> bool:
        """Tell whether a shared library of this name is a part of glibc."""
        return re.fullmatch(_PARTS, needed) is not None

    def needs(self, library: SharedLibrary) -> str:
        """Return the newest version whose symbols a library needs."""
        return ".".join(map(str, max(library.glibc_symbols, default=("none",))))

    def newer(self, library: SharedLibrary, version: str) -> tuple[str, ...]:
        """Return the versions of symbols that a library needs and that are newer than `version`."""
        newer = sorted(each for each in library.glibc_symbols if each > version_of(version))
        return tuple("GLIBC_" + ".".join(map(str, each)) for each in newer)

    def version_of_tag(self, file_name: str) -> str | None:
        """Return the oldest version that a wheel's platform tags promise, None if they promise none."""
        versions = re.findall(r"manylinux_(2_\d+)_", file_name)
        return min((version.replace("_", ".") for version in versions), key=version_of, default=None)


def floor(version: str, zig_target: str, objcopy: str, work: Path) -> Linkage:
    """Return glibc `version`, e.g. ``2.17``, made in the folder `work`.

    `zig_target` is zig's name of the machine, e.g. ``x86_64-linux-gnu``, `objcopy` the program. Where zig has no stubs
    as old as that, they are of the oldest that it has.

    Raises:
        SettingError: zig does not know this version of glibc.
        ToolError: ziglang is not installed, or fails.
    """
    version = max(version, _OLDEST_STUBS.get(zig_target, version), key=version_of)
    finished = work / f"glibc-{version}"
    if not all((finished / name).is_file() for name in (*_WITHOUT_THREADS, _STATIC)):
        shutil.rmtree(finished, ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        # Zig works in the system's own folder: it fails below one with a % or a \ in its name. From there beside its
        # place, and in one step there: a build that is killed leaves nothing that looks finished.
        with tempfile.TemporaryDirectory(prefix="scipy-openblas-") as cache:
            made = _made(version, zig_target, objcopy, Path(cache))
            with tempfile.TemporaryDirectory(prefix="glibc-", dir=work) as folder:
                shutil.copytree(made, Path(folder) / "made").rename(finished)
    libraries = [str(finished / name) for name in _STUBS if (finished / name).is_file()]
    # The static part first: the stubs have a version of pthread_atfork that is there for old programs only.
    arguments = ["-nodefaultlibs", str(finished / _STATIC), "-Wl,--as-needed", *libraries, "-lgcc"]
    advice = "give a newer version as -C openblas.glibc=..., or native for this machine's own"
    return Linkage(version, tuple(arguments), advice)


def _made(version: str, zig_target: str, objcopy: str, cache: Path) -> Path:
    """Return a folder below `cache` with the stubs and the static part."""
    _make_stubs(version, zig_target, cache)
    found = _found(cache)
    if found is None:
        msg = f"zig made no stubs of glibc {version}; give -C openblas.glibc=native to link without them"
        raise ToolError(msg)
    stubs, unstripped = found
    made = cache / "made"
    made.mkdir()
    for name in _STUBS:
        if name in _WITHOUT_THREADS or (stubs / name).exists():
            shutil.copyfile(stubs / name, made / name)
    _stripped(unstripped, made, objcopy)
    return made


def _make_stubs(version: str, zig_target: str, cache: Path) -> None:
    source = cache / "empty.c"
    source.write_text("int empty(void) { return 0; }\n", encoding="utf-8")
    # Zig makes the stubs of all parts of glibc whenever it links for one.
    command = [sys.executable, "-m", "ziglang", "cc", "-target", f"{zig_target}.{version}", "-shared"]
    # Zig would compile run-time libraries of its own, which take ten times as long as the stubs.
    command += ["-O2", "-fno-sanitize=all", "-rtlib=none"]
    try:
        said = run(
            [*command, source, "-o", cache / "empty.so"],
            env={"ZIG_GLOBAL_CACHE_DIR": str(cache), "ZIG_LOCAL_CACHE_DIR": str(cache)},
            with_errors=True,
        )
    except ToolError as error:
        if re.search(r"No module named '?ziglang", str(error)):
            msg = (
                f"to link for glibc {version} the Python package ziglang is needed: pip install ziglang\n"
                "or give -C openblas.glibc=native to link for this machine's own"
            )
            raise ToolError(msg) from error
        raise
    if "providing instead" in said:
        # Zig takes the newest that it knows, which is not what was asked for.
        msg = f"zig does not know glibc {version}; give an older version, e.g. 2.17, or native"
        raise SettingError(msg)


def _stripped(archive: Path, folder: Path, objcopy: str) -> None:
    """Write a copy of `archive` without debugging information: zig's has paths of this machine in it."""
    objects: list[Path] = []
    for member in Archive(archive).members():
        objects.append(folder / PurePosixPath(member.name).name)
        objects[-1].write_bytes(member.data)
        run([objcopy, "--strip-debug", objects[-1]])
    run([sys.executable, "-m", "ziglang", "ar", "crsD", folder / _STATIC, *objects])


def _found(cache: Path) -> tuple[Path, Path] | None:
    stubs = [path.parent for path in cache.glob("**/libc.so.6")]
    static = list(cache.glob(f"**/{_STATIC_PART}"))
    return (stubs[0], static[0]) if stubs and static else None
