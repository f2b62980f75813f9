"""A static library with names of its own, for those who link without a shared one."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from .naming import Naming
from .run import run
from .symbols import Plan, defined_symbols
from .targets.formats import FORMATS, ObjectFormat


def write_static(
    archive: Path,
    objects: Sequence[Path],
    folder: Path,
    naming: Naming,
    tools: tuple[str, str],
    object_format: ObjectFormat = FORMATS["elf"],
) -> Path:
    """Write the static library of `archive` and `objects` into `folder`, and return its path.

    `tools` are objcopy and ar.

    Public symbols are called as in the shared library. A static library has no inside, so every
    other symbol gets the library's name before its own: no name is left that another OpenBLAS in
    the same program, or the Fortran run-time library, could have too.

    Raises:
        SymbolError: the archive lacks an interface.
        ToolError: objcopy or ar failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (objcopy, ar), prefix = tools, object_format.prefix
    with tempfile.TemporaryDirectory(prefix=".static-", dir=folder) as work:
        whole, renamed, table = (Path(work) / name for name in ("whole.a", "renamed.a", "redefine-syms.txt"))
        whole.write_bytes(archive.read_bytes())
        if objects:
            run([ar, "qsD", whole, *objects])
        plan = Plan.make(defined_symbols(whole, prefix), naming)
        internal = "".join(f"{prefix}{name} {prefix}{naming.library}_{name}\n" for name in plan.internal)
        table.write_text(plan.redefinitions(prefix) + internal, encoding="utf-8")
        run([objcopy, f"--redefine-syms={table}", whole, renamed])
        library = folder / f"lib{naming.library}.a"
        renamed.replace(library)
    return library
