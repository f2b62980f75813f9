"""Writing for whoever reads standard output, or does not."""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

# What a shell says of a program that SIGPIPE ended, as most end whose reader has gone away.
_NO_READER = 128 + 13


class _OutputError(Exception):
    """Standard output takes no more."""


def say(line: str) -> None:
    """Write a line to standard output, at once; paths come out byte by byte as they are."""
    data = os.fsencode(line + "\n")
    try:
        if hasattr(sys.stdout, "buffer"):
            sys.stdout.buffer.write(data)
        else:  # something else that Python code has put there
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        raise _OutputError from error


def complain(line: str) -> None:
    """Write a line to standard error, if there is one."""
    try:
        if sys.stderr is not None:
            print(line, file=sys.stderr, flush=True)
    except OSError:
        pass  # nobody is left to be told


def guarded(program: "Callable[[], int]") -> int:
    """Return the exit status of `program`; if its output reaches nobody, that is another than 0.

    A reader who went away, as ``head`` does, has seen enough, and is told nothing.
    """
    if sys.stdout is None:
        complain("error: standard output is closed")
        return 1
    try:
        return program()
    except _OutputError as error:
        _discard()
        if isinstance(error.__cause__, BrokenPipeError):
            return _NO_READER
        complain(f"error: cannot write to standard output: {getattr(error.__cause__, 'strerror', error.__cause__)}")
        return 1


def _discard() -> None:
    """Let what is still in the buffer go nowhere: Python writes it at its end, and would say that it cannot."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass
