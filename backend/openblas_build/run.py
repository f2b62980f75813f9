"""Run other programs: an argument list in, their output or a typed error out."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Callable

from .errors import ToolError

# As much of a failed tool's output as helps; the rest is noise from the same cause.
_LINES_SHOWN = 40
_COMMAND_SHOWN = 2000  # characters
_GLANCE = 0.2  # seconds between two looks at a program that is watched


def run(
    command: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    with_errors: bool = False,
    watch: Callable[[], None] | None = None,
) -> str:
    """Run `command` and return its standard output, and its standard error behind it if `with_errors`.

    `env` is added to the environment that this process has. `watch` is called again and again while the program
    runs, and ends it by raising something.

    Raises:
        ToolError: the program is missing, or its exit status is not 0; the text has the
            command and the end of what it printed.
    """
    arguments = [os.fspath(part) for part in command]
    try:
        process = subprocess.Popen(
            arguments,
            cwd=cwd,
            env={**os.environ, **env} if env else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
    except OSError as error:
        msg = f"cannot run {arguments[0]}: {error.strerror or error}"
        raise ToolError(msg) from error
    output, errors = _finished(process, watch)
    if process.returncode:
        lines = _without_tracebacks((output + errors).splitlines())
        if len(lines) > _LINES_SHOWN:
            lines = [f"... {len(lines) - _LINES_SHOWN} lines left out", *lines[-_LINES_SHOWN:]]
        shown = shlex.join(arguments)
        if len(shown) > _COMMAND_SHOWN:
            shown = shown[:_COMMAND_SHOWN] + " ..."
        msg = "\n".join([f"{arguments[0]} failed with exit status {process.returncode}", shown, *lines])
        raise ToolError(msg, output + errors)
    return output + errors if with_errors else output


def _without_tracebacks(lines: Sequence[str]) -> list[str]:
    """Leave of a Python program's traceback the last line, which says what happened."""
    kept: list[str] = []
    inside = False
    for line in lines:
        inside = (inside and line.startswith(" ")) or line.startswith("Traceback (most recent call last):")
        if not inside:
            kept.append(line)
    return kept


def _finished(process: subprocess.Popen[str], watch: Callable[[], None] | None) -> tuple[str, str]:
    with process:
        try:
            while True:
                try:
                    return process.communicate(timeout=None if watch is None else _GLANCE)
                except subprocess.TimeoutExpired:
                    if watch is not None:
                        watch()
        except BaseException:
            process.kill()
            raise
