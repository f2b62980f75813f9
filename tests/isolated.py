"""Programs that call one function after the other: what they find, where they crash, and where they do not return."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_AT, _FOUND = "at ", "found "
_PROCESSES = 2


def findings(program: Path, arguments: Sequence[Path], names: Sequence[str]) -> dict[str, list[str]]:
    """What `program` finds of each of `names`; a process that ends early has found that, and another goes on."""
    with ThreadPoolExecutor(_PROCESSES) as pool:
        parts = [names[number::_PROCESSES] for number in range(_PROCESSES)]
        found = pool.map(lambda part: dict(_run(program, arguments, part)), parts)
        return {name: each for part in found for name, each in part.items()}


def _run(program: Path, arguments: Sequence[Path], names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    left = list(names)
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MALLOC_PERTURB_": "165"}
    while left:
        command = [sys.executable, str(program), *map(str, arguments), *left]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        at = ""
        for line in done.stdout.splitlines():
            if line.startswith(_AT):
                at = line
            elif line.startswith(_FOUND):
                yield left.pop(0), json.loads(line[len(_FOUND) :])
        if done.returncode and left:
            how = signal.Signals(-done.returncode).name if done.returncode < 0 else done.stderr
            yield left.pop(0), [f"{how} {at}"]


class Reporter:
    """What such a program says, while what the library prints goes nowhere."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._out = os.fdopen(os.dup(1), "w")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def at(self, *what: object) -> None:
        """Say what is called now. If it does not return in time the process ends."""
        print(_AT, *what, file=self._out, flush=True)
        signal.alarm(self._seconds)

    def found(self, what: Sequence[str]) -> None:
        """Say what is found of a name, after all of its calls."""
        signal.alarm(0)
        print(_FOUND, json.dumps(what), sep="", file=self._out, flush=True)
