"""Everything that can go wrong on purpose, under one root."""

from __future__ import annotations

import errno
import os

_SHOWN = 200  # characters of a path


class BuildError(Exception):
    """Root of the errors that are meant for the person at the keyboard.

    The text says what was wrong, which value, what would be right, and what to do next;
    it is printed as it is, without a traceback.
    """


class SettingError(BuildError):
    """An option that does not exist, or a value that it does not take."""


class ToolError(BuildError):
    """A compiler or another program is missing, or has failed; `output` is all that it printed."""

    def __init__(self, message: str, output: str = "") -> None:
        """Keep the text for people, and the whole output for those who can read more from it."""
        super().__init__(message)
        self.output = output


class SourceError(BuildError):
    """No usable OpenBLAS source, or one that is not what the lock says."""


class ChecksumError(SourceError):
    """A file is not the one that the lock names."""


class UnreachableError(SourceError):
    """A way to get the source does not lead there from this machine; the next may."""


class OverlayError(BuildError):
    """A change of this project's to OpenBLAS does not fit the tree, or its manifest is broken."""


class SymbolError(BuildError):
    """An archive that does not hold what the library needs."""


class AuditError(BuildError):
    """The finished library or wheel breaks its contract."""


# What to do where the system refuses something.
_ADVICE = {
    errno.EACCES: "give this user the right to write there, or choose another folder",
    errno.EPERM: "give this user the right to write there, or choose another folder",
    errno.EROFS: "the file system is read-only; build in a copy of the project, or choose another folder",
    errno.ENOSPC: "make room there, or choose another folder (TMPDIR for temporary files)",
    errno.EDQUOT: "make room there, or choose another folder (TMPDIR for temporary files)",
}


def advice(error: OSError) -> str:
    """Return what to do where the system refused something; nothing where nobody knows."""
    return _ADVICE.get(error.errno or 0, "")


def told(error: BaseException) -> str:
    """Return the text of an error for the person at the keyboard."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted; nothing unfinished is left that the next build would take for finished"
    if not isinstance(error, OSError):
        return str(error)
    names = [
        os.fsdecode(name) for name in (error.filename, error.filename2) if isinstance(name, (str, bytes, os.PathLike))
    ]
    what = " -> ".join([name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..." for name in names])
    lines = [": ".join(filter(None, [what, error.strerror or str(error)]))]
    return "\n".join([*lines, *filter(None, [advice(error)])])
