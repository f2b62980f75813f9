"""``python -m consumers numpy``: build NumPy or SciPy against the wheel, and run its own tests.

The source distribution is taken from PyPI and built in both ways that it knows: vendored, where auditwheel
copies the library into its wheel, and preloaded, where it imports the library's package first. Each must
calculate with this library and no other, and do as well as when it is built with the published wheel.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from openblas_build.console import complain
from openblas_build.errors import AuditError, BuildError, ToolError
from openblas_build.project import PUBLISHED, newest_wheel

from . import ROOT
from .build import built
from .check import failed_tests, inspect
from .environment import Environment
from .table import CONSUMERS, OURS_VENDORED, WAYS, Consumer, Way


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the wheel given, or the newest in dist/; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m consumers", description=__doc__)
    parser.add_argument("consumer", choices=CONSUMERS)
    parser.add_argument("wheel", nargs="?", type=Path, help="the wheel to check, the newest in dist/ by default")
    parser.add_argument("--version", help="the consumer's version")
    parser.add_argument("--subset", action="store_true", help="vendored, fewer tests, nothing to compare with: for CI")
    parser.add_argument("--reuse", action="store_true", help="test what was built before, where there is something")
    options = parser.parse_args(arguments)
    # They would change what is tested.
    for name in [name for name in os.environ if name.startswith("OPENBLAS_")]:
        del os.environ[name]
    consumer = CONSUMERS[options.consumer]
    if options.version:
        consumer = replace(consumer, version=options.version)
    if options.subset:
        consumer = replace(consumer, modules=consumer.subset, options=consumer.options + consumer.shortcuts)
    try:
        wheel = (options.wheel or newest_wheel(ROOT, consumer.interface.package)).resolve()
        if not wheel.is_file():
            msg = f"there is no wheel {wheel}"
            raise ToolError(msg)
        work = ROOT / "build" / "consumers" / (f"{consumer.name}-subset" if options.subset else consumer.name)
        check(consumer, wheel, [OURS_VENDORED] if options.subset else WAYS, work, reuse=options.reuse)
    except BuildError as error:
        complain(str(error))
        return 1
    return 0


def check(consumer: Consumer, wheel: Path, ways: Sequence[Way], work: Path, *, reuse: bool) -> None:
    """Build, inspect and test `consumer` in these ways; with `reuse` what is built in `work` already is taken as it is.

    Raises:
        AuditError: another library is in use, or tests fail that pass with the published wheel.
        ToolError: a build failed.
    """
    published = f"{consumer.interface.distribution}=={PUBLISHED}"
    failures = {}
    for way in ways:
        folder = work / re.sub(r"\W+", "-", way.title)
        environment = Environment(folder / "user")
        if not (reuse and environment.python.exists()):
            environment = built(consumer, way, published if way.published else wheel, folder)
        inspect(consumer, way, environment)
        failures[way] = failed_tests(f"{consumer.name}, {way.title}", environment, consumer.modules)
    judge(failures)


def judge(failures: Mapping[Way, frozenset[str]]) -> None:
    """Accept what fails with the published wheel too.

    Raises:
        AuditError: more fails with ours.
    """
    accepted = frozenset[str]().union(*(failed for way, failed in failures.items() if way.published))
    worse = {way.title: sorted(failed - accepted) for way, failed in failures.items() if failed - accepted}
    if worse:
        lines = [f"{title}: {' '.join(names)}" for title, names in worse.items()]
        msg = "\n".join(["tests fail with this wheel", *lines])
        raise AuditError(msg)


if __name__ == "__main__":
    sys.exit(main())
