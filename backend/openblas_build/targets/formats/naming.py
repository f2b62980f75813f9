"""What the files of a library are called, and how a consumer links with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LinkNames:
    """Names of one library.

    `file_name` is that of the shared library, `link_file` that of the file which linkers read, mostly the same one, and
    `link_name` what ``-l`` calls it. `flags` are a consumer's flags, with ``{}`` for the library's folder, and
    `odd_flags` those for a folder whose path has blanks and the like. `folder` is what programs have before the name by
    which they ask for it.
    """

    file_name: str
    link_file: str
    link_name: str
    flags: tuple[str, ...]
    odd_flags: tuple[str, ...]
    folder: str = ""

    @property
    def soname(self) -> str:
        """The name by which programs ask for the library."""
        return f"{self.folder}{self.file_name}"

    @property
    def files(self) -> tuple[str, ...]:
        """All files of the library."""
        return tuple(dict.fromkeys((self.file_name, self.link_file)))
