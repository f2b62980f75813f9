"""libSystem: macOS' C library, mathematics and threads in one.

Its functions have no versions: a library runs with an old one if it wants no function that came later. Here it is a
list of the functions that are there, and the linker takes no other. Headers are those that the PyPI package ziglang
carries.
"""

from __future__ import annotations

import re
from pathlib import Path

from .. import here
from ..formats import SharedLibrary
from ..linkage import Linkage, native
from ..versions import version_of
from .zig import copy_headers

_SYSTEM = "Darwin"
_FILE = "/usr/lib/libSystem.B.dylib"
_HEADERS = "any-darwin-any"
# Functions and data by the oldest version of macOS that is known to have them. Those of the first are what
# scipy-openblas64's wheels for macOS 10.13 and older want, and functions of POSIX and C that were there before.
_SINCE: dict[str, str] = {
    "10.13": """
        __assert_rtn __bzero __cxa_atexit __error __exp10 __exp10f __maskrune __memcpy_chk __memset_chk
        __sincos_stret __sincosf_stret __snprintf_chk __sprintf_chk __stack_chk_fail __stack_chk_guard __stderrp
        __stdoutp __strcat_chk __strcpy_chk __strncat_chk __strncpy_chk _tlv_bootstrap dyld_stub_binder
        abort atoi atol bcmp bzero calloc clock clock_gettime close exit fclose fflush fgets fopen fprintf fputc
        fputs free fscanf fwrite getenv getpagesize getpid getrlimit getrusage gettimeofday malloc memchr memcmp
        memcpy memmove memset memset_pattern16 memset_pattern4 memset_pattern8 mmap mprotect munmap nanosleep
        open perror posix_memalign printf putchar puts qsort raise read realloc sched_yield setrlimit snprintf
        sprintf sscanf strcasecmp strcat strchr strcmp strcpy strdup strerror strlen strncasecmp strncmp strncpy
        strrchr strstr strtok strtol strtoul sysconf sysctl sysctlbyname time usleep vfprintf vsnprintf write
        acos acosf asin atan atan2 atan2f cabs cabsf carg cargf ceil ceilf cexp cexpf cos cosf cpow csin csinf
        csqrt csqrtf exp expf fabs floor floorf fma fmaf fmax fmin fmod frexp frexpf hypot hypotf ldexp log
        log10 log10f log2 logf lround lroundf nextafter nextafterf pow powf rint rintf round roundf scalbn
        scalbnf sin sinf sqrt sqrtf tan trunc
        pthread_atfork pthread_attr_destroy pthread_attr_init pthread_attr_setstacksize pthread_cond_broadcast
        pthread_cond_destroy pthread_cond_init pthread_cond_signal pthread_cond_wait pthread_create
        pthread_getspecific pthread_join pthread_key_create pthread_key_delete pthread_mutex_destroy
        pthread_mutex_init pthread_mutex_lock pthread_mutex_trylock pthread_mutex_unlock pthread_once
        pthread_self pthread_setspecific
    """,
    "11.0": "__chkstk_darwin pthread_jit_write_protect_np sys_icache_invalidate",
}
_FIRST = min(_SINCE, key=version_of)
# What the linker is told of it; `tbd` is the format of these texts. It has no names of its own for machines.
_STUB = """\
--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos ]
install-name: '{file}'
exports:
  - targets: [ x86_64-macos, arm64-macos ]
    symbols: [ {symbols} ]
...
"""
# The dynamic linker puts it there itself, and it is no C function.
_WITHOUT_PREFIX = frozenset({"dyld_stub_binder"})


class LibSystem:
    """The C library's strategy."""

    name = "macOS"
    found_by_auditwheel = False
    static_needs = ()
    requirements = ("ziglang>=0.17",)

    def tag_pattern(self, machine: str) -> str:
        """Return the pattern of platform tags of wheels for a machine."""
        return f"macosx_*_{machine}"

    def header_options(self, folder: Path) -> tuple[str, ...]:
        """Return the option that makes `folder` the one of the system's headers."""
        return (f"-isysroot{folder}",)

    def write_headers(self, zig_target: str, folder: Path) -> None:  # noqa: ARG002 - for both machines
        """Copy Darwin's headers.

        Raises:
            ToolError: ziglang is not installed, or has none.
        """
        copy_headers(self.name, _HEADERS, folder / "usr" / "include", self.requirements[0])

    def linkage(self, version: str, zig_target: str, objcopy: str, work: Path) -> Linkage:  # noqa: ARG002
        """Return how to link for a version such as ``11.0``: on macOS as its compilers do, elsewhere with a list.

        The compiler is told the version by its target, or on macOS by a variable of the environment.
        """
        if here.system() == _SYSTEM:
            return native()
        stub = work / "libSystem.tbd"
        work.mkdir(parents=True, exist_ok=True)
        stub.write_text(_stub(version), encoding="utf-8")
        return Linkage(version, ("-nostdlib", "-fuse-ld=lld", str(stub)), _ADVICE)

    def allows(self, needed: str) -> bool:
        """Tell whether a shared library of this name is it."""
        return needed == _FILE

    def needs(self, library: SharedLibrary) -> str:
        """Return the oldest version of macOS that a library says it was made for."""
        return ".".join(map(str, library.oldest_system)) if library.oldest_system else "of any version"

    def newer(self, library: SharedLibrary, version: str) -> tuple[str, ...]:
        """Return what of the functions that a library wants `version` may lack, and a newer one that it is made for."""
        made_for = library.oldest_system
        told = (f"macOS {self.needs(library)}",) if made_for is None or made_for > version_of(version) else ()
        return (*told, *sorted(library.imports - _known(version)))

    def version_of_tag(self, file_name: str) -> str | None:
        """Return the oldest version that a wheel's platform tags promise, None if they promise none."""
        versions = re.findall(r"macosx_(\d+_\d+)_", file_name)
        return min((version.replace("_", ".") for version in versions), key=version_of, default=None)


_ADVICE = "backend/openblas_build/targets/c_libraries/libsystem.py has the list; a function that macOS has goes there"


def _known(version: str) -> frozenset[str]:
    """Return the functions that a version of macOS is known to have, all that are known for one without a number."""
    numbered = re.fullmatch(r"[\d.]+", version) is not None
    fitting = (names for each, names in _SINCE.items() if not numbered or version_of(each) <= version_of(version))
    return frozenset(" ".join(fitting).split())


def _stub(version: str) -> str:
    symbols = [name if name in _WITHOUT_PREFIX else f"_{name}" for name in sorted(_known(version))]
    return _STUB.format(file=_FILE, symbols=", ".join(symbols))
