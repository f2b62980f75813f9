"""Run other programs: an argument list in, their output or a typed error out."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import ToolError

# As much of a failed tool's output as helps; the rest is noise from the same cause.
_LINES_SHOWN = 40
_COMMAND_SHOWN = 2000  # characters


def run(
    command: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    with_errors: bool = False,
) -> str:
    """Run `command` and return its standard output, and its standard error behind it if `with_errors`.

    `env` is added to the environment that this process has.

    Raises:
        ToolError: the program is missing, or its exit status is not 0; the text has the
            command and the end of what it printed.
    """
    arguments = [os.fspath(part) for part in command]
    try:
        done = subprocess.run(
            arguments,
            cwd=cwd,
            env={**os.environ, **env} if env else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        msg = f"cannot run {arguments[0]}: {error.strerror or error}"
        raise ToolError(msg) from error
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()
        if len(lines) > _LINES_SHOWN:
            lines = [f"... {len(lines) - _LINES_SHOWN} lines left out", *lines[-_LINES_SHOWN:]]
        shown = shlex.join(arguments)
        if len(shown) > _COMMAND_SHOWN:
            shown = shown[:_COMMAND_SHOWN] + " ..."
        msg = "\n".join([f"{arguments[0]} failed with exit status {done.returncode}", shown, *lines])
        raise ToolError(msg, done.stdout + done.stderr)
    return done.stdout + done.stderr if with_errors else done.stdout
