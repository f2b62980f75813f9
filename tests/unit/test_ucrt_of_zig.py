"""Windows' C run-time by zig's files, where Debian has no MinGW."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from openblas_build.errors import ToolError
from openblas_build.naming import CONVENTIONS, INTERFACES
from openblas_build.targets import row_of
from openblas_build.targets.c_libraries import C_LIBRARIES, ucrt_of_zig
from openblas_build.targets.formats import FORMATS

ROW = row_of("win_arm64")
STRATEGY = C_LIBRARIES[ROW.c_library]
LINKED = (
    "lib -OUT:zc/o/3/libmingw32.lib zc/o/5/dllcrt2.obj\n"
    "lld-link -DLL -OUT:empty.dll -IMPLIB:empty.lib zc/o/1/empty.obj zc/o/2/dllcrt2.obj zc/o/3/libmingw32.lib "
    "zc/o/4/kernel32.lib\n"
)


def zig(told: str, runs: list[Path]) -> Callable[..., str]:
    """Return what stands for zig: it makes files, says `told`, and its runs are noted."""

    def run(_: Sequence[object], *, cwd: Path, **__: object) -> str:
        runs.append(cwd)
        for name in ("1/empty.obj", "2/dllcrt2.obj", "3/libmingw32.lib", "4/kernel32.lib"):
            (cwd / "zc" / "o" / name).parent.mkdir(parents=True)
            (cwd / "zc" / "o" / name).touch()
        return told

    return run


def test_what_zig_links_is_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[Path] = []
    monkeypatch.setattr(ucrt_of_zig, "run", zig(LINKED, runs))
    for _ in range(2):
        linkage = STRATEGY.linkage("10", ROW.zig_target, "objcopy", tmp_path)
        files = [Path(argument) for argument in linkage.arguments if not argument.startswith("-")]
        assert [file.name for file in files] == ["dllcrt2.obj", "libmingw32.lib", "kernel32.lib"]
        assert all(file.is_file() for file in files)
    assert len(runs) == 1


def test_another_zig_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ucrt_of_zig, "run", zig("linking ...\n", []))
    with pytest.raises(ToolError, match="does not tell what it links"):
        STRATEGY.linkage("10", ROW.zig_target, "objcopy", tmp_path)
    assert not list(tmp_path.glob("mingw-*"))


@pytest.mark.parametrize(("interface", "stem"), [("ilp64", "scipy_openblas_64"), ("lp64", "scipy_openblas")])
def test_files_have_the_published_names(interface: str, stem: str) -> None:
    names = FORMATS[ROW.object_format].link_names(CONVENTIONS["scipy"][INTERFACES[interface]].library)
    assert names.files == (f"{stem}.dll", f"{stem}.lib")
    assert names.flags == ("-L{}", f"-l{stem}")
