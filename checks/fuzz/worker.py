"""Cases one after another, each told before it begins: who started this knows which one killed it."""

from __future__ import annotations

import argparse
import ctypes
import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .routines import Case, call, random_case

# How a case is called: by one thread, by several at once, by one with a small stack, in the child of a fork.
_WAYS = ("alone", "alone", "callers", "stack", "fork")
_STACK = 256 * 1024
_THREADS = (1, 1, 2, 4)
# Seconds after which a case hangs: in the child of a fork earlier, to know which of the two it is.
_LIMIT, _LIMIT_OF_CHILD = 60.0, 30.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run cases from `first` on until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m checks.fuzz.worker")
    parser.add_argument("library", type=Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("first", type=int)
    parser.add_argument("seconds", type=float)
    options = parser.parse_args(arguments)
    _keep_own_output()
    library = ctypes.CDLL(str(options.library))
    end = time.monotonic() + options.seconds
    number = options.first
    while time.monotonic() < end:
        run_case(library, options.seed, number)
        number += 1
    _tell("end", number, "")
    return 0


def run_case(library: ctypes.CDLL, seed: int, number: int) -> None:
    """Make the case with this number, call it, and tell what is wrong."""
    numbers = np.random.default_rng((seed, number))
    threads, way = int(numbers.choice(_THREADS)), str(numbers.choice(_WAYS))
    state = numbers.bit_generator.state
    cases = []
    for _ in range(3 if way == "callers" else 1):
        numbers.bit_generator.state = state
        cases.append(random_case(numbers))
    title = f"{cases[0].title} ({way}, {threads} threads)"
    _tell("begin", number, title)
    library.scipy_openblas_set_num_threads64_(threads)
    faulthandler.dump_traceback_later(_LIMIT, exit=True)
    failure = _called(library, cases, way)
    faulthandler.cancel_dump_traceback_later()
    if failure:
        _tell("wrong", number, f"{title}: {failure}")


def _called(library: ctypes.CDLL, cases: list[Case], way: str) -> str:
    if way == "fork":
        return _called_in_child(library, cases[0])
    if way == "alone":
        call(library, cases[0])
    else:
        threading.stack_size(_STACK)
        callers = [threading.Thread(target=call, args=(library, case)) for case in cases]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    return next(filter(None, (case.failure() for case in cases)), "")


def _called_in_child(library: ctypes.CDLL, case: Case) -> str:
    """Call it in the child of a fork, which tells what is wrong."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        signal.setitimer(signal.ITIMER_REAL, _LIMIT_OF_CHILD)
        call(library, case)
        failure = case.failure()
        os.write(there, failure.encode())
        os._exit(1 if failure else 0)
    os.close(there)
    with os.fdopen(here) as told:
        text = told.read()
    status = os.waitpid(child, 0)[1]
    if status == signal.SIGALRM:
        text = "hangs"
    return f"in the child of a fork: {text or f'status {status}'}" if status else ""


def _keep_own_output() -> None:
    """Let what the library prints, of wrong arguments within LAPACK, go where errors go."""
    own = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = os.fdopen(own, "w")


def _tell(what: str, number: int, text: str) -> None:
    print(what, number, text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
