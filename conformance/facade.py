"""Plain names for any OpenBLAS library: a small shared library that forwards them.

The test programs call ``dgemm_``; the library under test calls it ``scipy_dgemm_64_``. A facade has
one jump for each name, so that neither programs nor library are touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openblas_build.audit.audit import naming_of
from openblas_build.errors import ToolError
from openblas_build.run import run
from openblas_build.targets import here
from openblas_build.targets.formats import read_library

# LAPACK's error handler, which test programs replace by their own.
_HANDLER = "xerbla_"


@dataclass(frozen=True)
class Form:
    """A facade in an object format.

    `file_name` is the facade's. `jumps` go, by machine, to a function that may be in another shared library; in i686's
    the loader writes the address. `kind` says that a symbol is a function, `end` closes the assembly. `link` are flags
    of the linker. `handler` is C that leads the library's calls of LAPACK's error handler to the program's; NAME in it
    is the library's `handler_calls`. `forwards_handler` says that the facade's own is a jump like all others.
    """

    file_name: str
    jumps: Mapping[str, str]
    kind: str
    end: str
    handler: str
    handler_calls: str
    forwards_handler: bool
    link: tuple[str, ...]


# Calls of the handler from inside the library go to the program's, and back to the library's own if it has none.
_ELF = Form(
    "libplain_names.so",
    {
        "x86_64": "jmp {}@PLT",
        "aarch64": "b {}",
        "ppc64le": "b {}@notoc",
        "riscv64": "tail {}@plt",
        "s390x": "jg {}@PLT",
        "i686": "jmp {}",
    },
    ".type {},%function",
    '.section .note.GNU-stack,"",%progbits',
    """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
void xerbla_(const char *routine, const void *argument, size_t length) {
  void (*own)(const char *, const void *, size_t);
  *(void **)&own = dlsym(RTLD_NEXT, "NAME");
  own(routine, argument, length);
}
""",
    _HANDLER,
    forwards_handler=False,
    link=("-fPIC", "-Wl,-soname,libplain_names.so", "-Wl,--no-as-needed", "-ldl"),
)
# A DLL's calls to itself go nowhere else, so that it is told of the program's handler, which has to be exported.
_COFF = Form(
    "plain_names.dll",
    {
        "x86_64": "jmp *__imp_{}(%rip)",
        "aarch64": "adrp x16, __imp_{0}; ldr x16, [x16, :lo12:__imp_{0}]; br x16",
    },
    ".def {}; .scl 2; .type 32; .endef",
    "",
    """
#include <windows.h>
void *NAME(void *);
BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, void *unused) {
  void *handler = (void *)GetProcAddress(GetModuleHandle(NULL), "xerbla_");
  if (reason == DLL_PROCESS_ATTACH && handler)
    NAME(handler);
  return TRUE;
}
""",
    "openblas_set_xerbla",
    forwards_handler=True,
    link=("-static-libgcc",),
)
_FORMS = {".so": _ELF, ".dll": _COFF}


@dataclass(frozen=True)
class Facade:
    """A library under test, called `title`, and the `file` of the facade before it."""

    title: str
    library: Path
    file: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make the test programs run on this library."""
        return {"LD_LIBRARY_PATH": str(self.file.parent)}


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
    machine, form = machine or here.machine(), _FORMS[library.suffix]
    if machine not in form.jumps:
        msg = f"no jump instruction for {machine}; there is one for {', '.join(form.jumps)}"
        raise ToolError(msg)
    facade = Facade(title, library.resolve(), folder / form.file_name)
    folder.mkdir(parents=True, exist_ok=True)
    facts = read_library(facade.library)
    naming = naming_of(facts)
    pairs = {plain: name for name in facts.exports if (plain := naming.plain(name)) and plain != name}
    assembly, handler = folder / "forward.s", folder / "handler.c"
    lines = [line for plain, name in sorted(pairs.items()) for line in _forward(plain, name, form, machine)]
    assembly.write_text("\n".join([".text", *lines, form.end, ""]), encoding="utf-8")
    handler.write_text(form.handler.replace("NAME", naming.public(form.handler_calls)), encoding="utf-8")
    made = [assembly, *([handler] if pairs else [])]
    run_path = [f"-Wl,-rpath,{facade.library.parent}"] if finds_library else []
    # The library by its path and not by its name: candidates share sonames.
    run([*compiler, "-shared", "-o", facade.file, *made, facade.library, *form.link, *run_path])
    return facade


def _forward(plain: str, name: str, form: Form, machine: str) -> list[str]:
    handled = plain == _HANDLER and not form.forwards_handler
    source, target = (name, plain) if handled else (plain, name)
    return [f".globl {source}", form.kind.format(source), f"{source}:", f"  {form.jumps[machine].format(target)}"]
