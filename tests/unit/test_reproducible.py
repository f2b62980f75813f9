"""The same content gives the same bytes, wherever and whenever."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import pytest

from compiling import Compiler
from openblas_build.naming import SCIPY_ILP64
from openblas_build.relink import default_tools, relink
from openblas_build.wheel import archive
from small_openblas import archive as small_archive

RECORD = "x-1.dist-info/RECORD"
CONTENTS = {
    "x/__init__.py": archive.Content(b"pass\n"),
    RECORD: archive.Content(b"old"),
    "x/lib/libx.so": archive.Content(b"\x7fELF", executable=True),
    "x-1.dist-info/METADATA": archive.Content(b"Name: x\n"),
}


def written(path: Path, contents: dict[str, archive.Content], **environ: str) -> bytes:
    archive.write(path, contents, environ)
    return path.read_bytes()


def test_library_is_the_same_in_every_folder(tmp_path: Path) -> None:
    libraries = []
    for name in ("a", "a-longer-name/and/deeper"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        compiler = Compiler(folder)
        library = folder / SCIPY_ILP64.file_name
        relink(small_archive(compiler), library, SCIPY_ILP64, default_tools(), folder / "work")
        libraries.append(library.read_bytes())
    assert libraries[0] == libraries[1]
    assert str(tmp_path).encode() not in libraries[0]


def test_wheel_does_not_depend_on_order_or_time(tmp_path: Path) -> None:
    reverse = dict(reversed(CONTENTS.items()))
    assert written(tmp_path / "a.whl", CONTENTS) == written(tmp_path / "b.whl", reverse)


def test_wheel_is_complete_and_its_record_true(tmp_path: Path) -> None:
    written(tmp_path / "a.whl", CONTENTS)
    assert archive.read(tmp_path / "a.whl").keys() == CONTENTS.keys()
    with zipfile.ZipFile(tmp_path / "a.whl") as packed:
        assert packed.namelist()[-1] == RECORD
        assert packed.getinfo("x/lib/libx.so").external_attr >> 16 == 0o100755
        assert packed.getinfo("x/__init__.py").external_attr >> 16 == 0o100644
        lines = packed.read(RECORD).decode().splitlines()
    # sha256 of "pass\n" in URL-safe base 64, by other means
    assert "x/__init__.py,sha256=n1bnYdeb_bNDBKASWGywTRa0Ne9hMAkal3AuVZJgovI,5" in lines
    assert lines[-1] == f"{RECORD},,"


def test_files_are_compressed_as_far_as_zlib_can(tmp_path: Path) -> None:
    text = Path(zipfile.__file__).read_bytes()
    written(tmp_path / "a.whl", {**CONTENTS, "x/text": archive.Content(text)})
    with zipfile.ZipFile(tmp_path / "a.whl") as packed:
        size = packed.getinfo("x/text").compress_size
    sizes = {}
    for level in (6, 9):
        compressor = zlib.compressobj(level, zlib.DEFLATED, -15)
        sizes[level] = len(compressor.compress(text) + compressor.flush())
    assert size == sizes[9] < sizes[6]


@pytest.mark.parametrize(
    ("epoch", "date"),
    [
        ("1700000000", (2023, 11, 14, 22, 13, 20)),
        ("0", (1980, 1, 1, 0, 0, 0)),
        ("", (1980, 1, 1, 0, 0, 0)),
    ],
)
def test_dates_are_source_date_epochs(tmp_path: Path, epoch: str, date: tuple[int, ...]) -> None:
    written(tmp_path / "a.whl", CONTENTS, SOURCE_DATE_EPOCH=epoch)
    with zipfile.ZipFile(tmp_path / "a.whl") as packed:
        assert {info.date_time for info in packed.infolist()} == {date}
