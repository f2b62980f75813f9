"""Plain names for any OpenBLAS library: a small shared library that forwards them.

The test programs call ``dgemm_``; the library under test calls it ``scipy_dgemm_64_``. A facade has
one jump for each name, so that neither programs nor library are touched.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openblas_build.audit.audit import naming_of
from openblas_build.errors import ToolError
from openblas_build.run import run
from openblas_build.targets.formats import read_library

SONAME = "libplain_names.so"

# A jump to a function that may be in another shared library, by machine; on i686 the loader writes the address into it.
_JUMPS = {
    "x86_64": "jmp {}@PLT",
    "aarch64": "b {}",
    "ppc64le": "b {}@notoc",
    "riscv64": "tail {}@plt",
    "s390x": "jg {}@PLT",
    "i686": "jmp {}",
}

# LAPACK's error handler, which test programs replace by their own: calls from inside the library go
# to the program's, and come back to the library's own if the program has none.
_HANDLER = "xerbla_"
_HANDLER_SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
void xerbla_(const char *routine, const void *argument, size_t length) {
  void (*own)(const char *, const void *, size_t);
  *(void **)&own = dlsym(RTLD_NEXT, "NAME");
  own(routine, argument, length);
}
"""


@dataclass(frozen=True)
class Facade:
    """A library under test, called `title`, and the `folder` of the facade before it."""

    title: str
    library: Path
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make the test programs run on this library."""
        return {"LD_LIBRARY_PATH": str(self.folder)}

    @property
    def file(self) -> Path:
        """The facade itself."""
        return self.folder / SONAME


def make(
    title: str,
    library: Path,
    folder: Path,
    *,
    machine: str | None = None,
    compiler: Sequence[str] = ("cc",),
    finds_library: bool = True,
) -> Facade:
    """Write a facade for `library` into `folder`.

    With `finds_library` it knows where that is; otherwise the system's loader has to be told.

    Raises:
        AuditError: `library` is not OpenBLAS.
        ToolError: the machine's jump is not known, or the compiler failed.
    """
    machine = machine or os.uname().machine
    if machine not in _JUMPS:
        msg = f"no jump instruction for {machine}; there is one for {', '.join(_JUMPS)}"
        raise ToolError(msg)
    facade = Facade(title, library.resolve(), folder)
    folder.mkdir(parents=True, exist_ok=True)
    elf = read_library(facade.library)
    naming = naming_of(elf)
    pairs = {plain: name for name in elf.exports if (plain := naming.plain(name)) and plain != name}
    assembly, handler = folder / "forward.s", folder / "handler.c"
    lines = [line for plain, name in sorted(pairs.items()) for line in _forward(plain, name, _JUMPS[machine])]
    assembly.write_text("\n".join([".text", *lines, '.section .note.GNU-stack,"",%progbits', ""]), encoding="utf-8")
    handler.write_text(_HANDLER_SOURCE.replace("NAME", naming.public(_HANDLER)), encoding="utf-8")
    made = [assembly, *([handler] if pairs else [])]
    # The library by its path and not by its name: candidates share sonames.
    link = ["-shared", "-fPIC", f"-Wl,-soname,{SONAME}", "-Wl,--no-as-needed"]
    link += [f"-Wl,-rpath,{facade.library.parent}"] if finds_library else []
    run([*compiler, *link, "-o", facade.file, *made, facade.library, "-ldl"])
    return facade


def _forward(plain: str, name: str, jump: str) -> list[str]:
    source, target = (name, plain) if plain == _HANDLER else (plain, name)
    return [f".globl {source}", f".type {source},%function", f"{source}:", f"  {jump.format(target)}"]
