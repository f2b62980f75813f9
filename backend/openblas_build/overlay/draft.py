"""A source tree with changes that are not written yet."""

from __future__ import annotations

import hashlib
from pathlib import Path

# Sources are of any encoding; what was read is written again byte for byte.
_ENCODING = {"encoding": "utf-8", "errors": "surrogateescape"}
_DIGITS = 16


class Draft:
    """The tree at `base`, and in `changed` the new texts of files by their paths in it, `base` itself untouched."""

    def __init__(self, base: Path, changed: dict[str, str] | None = None) -> None:
        """Begin with the tree as it is, or with changes."""
        self.base = base
        self.changed = dict(changed or {})

    def branch(self) -> Draft:
        """Return a draft to try a change on; `adopt` makes it this one."""
        return Draft(self.base, self.changed)

    def adopt(self, other: Draft) -> None:
        """Take over what was changed in `other`."""
        self.changed = other.changed

    def exists(self, path: str) -> bool:
        """Tell whether there is a file at `path`."""
        return path in self.changed or (self.base / path).is_file()

    def read(self, path: str) -> str:
        """Return the text of a file that exists."""
        if path in self.changed:
            return self.changed[path]
        return decoded((self.base / path).read_bytes())

    def put(self, path: str, text: str) -> None:
        """Give a file a text."""
        self.changed[path] = text

    def matching(self, pattern: str) -> list[str]:
        """Return the paths of the files that a glob pattern names, sorted."""
        found = {path.relative_to(self.base).as_posix() for path in self.base.glob(pattern) if path.is_file()}
        return sorted(found)


def digest_of(text: str) -> str:
    """Return the first digits of a text's SHA-256, as the manifest has them."""
    return hashlib.sha256(encoded(text)).hexdigest()[:_DIGITS]


def encoded(text: str) -> bytes:
    """Return the bytes of a text that came from `decoded`."""
    return text.encode(**_ENCODING)


def decoded(data: bytes) -> str:
    """Return a file's bytes as text, of which `encoded` makes the same bytes."""
    return data.decode(**_ENCODING)
