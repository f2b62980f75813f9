"""What a consumer calculates with, and how its own tests end."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from openblas_build.console import say
from openblas_build.errors import AuditError

from .environment import Environment
from .table import Consumer, Way

_LINES_SHOWN = 20
# Asked of the finished consumer: what it says of itself, and which libraries are loaded once it has calculated.
_QUESTION = """
import json, {name}, threadpoolctl
{calculation}
config = {name}.show_config(mode="dicts")["Build Dependencies"]
print(json.dumps({{"blas": config["blas"], "loaded": threadpoolctl.threadpool_info()}}))
"""


def inspect(consumer: Consumer, way: Way, environment: Environment) -> None:
    """Print what the consumer says of its BLAS, and that the one library in use is the one it was built with.

    Raises:
        AuditError: there is another library, or none.
    """
    title = f"{consumer.name}, {way.title}"
    question = _QUESTION.format(name=consumer.name, calculation=consumer.calculation)
    facts = json.loads(environment.run("-c", question))
    blas, loaded = facts["blas"], facts["loaded"]
    say(f"{title}: says it was built with {blas['name']} {blas['version']}, {blas.get('openblas configuration')}")
    for library in loaded:
        place = Path(library["filepath"]).relative_to(environment.folder)
        say(f"{title}: in use is {library['internal_api']} {library['version']}, {place}")
    libraries = [Path(library["filepath"]) for library in loaded if library["user_api"] == "blas"]
    places = [path for path in libraries if not set(path.parts) & set(consumer.neighbours)]
    folder = consumer.interface.package if way.preload else f"{consumer.name}.libs"
    if len(places) != 1 or folder not in places[0].parts or not places[0].name.startswith("libscipy_openblas"):
        msg = f"{title} should calculate with the library in {folder}, and does with {places or 'nothing'}"
        raise AuditError(msg)


def failed_tests(title: str, environment: Environment, modules: Sequence[str]) -> frozenset[str]:
    """Run the tests of `modules`, print the figures, and return the names of those that failed.

    Raises:
        AuditError: the tests did not run.
    """
    # An empty file, so that pytest does not take this project's settings.
    settings = environment.folder / "pytest.ini"
    settings.write_text("[pytest]\n", encoding="utf-8")
    command = ["-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", "-c", str(settings), "--pyargs", *modules]
    # Failures are for the report, so the exit status is not looked at.
    _, lines = environment.watch(f"{title}: testing", *command)
    summary = next((line for line in reversed(lines) if re.search(r"\d+ passed", line)), None)
    if summary is None:
        msg = "\n".join([f"{title}: the tests did not run", *lines[-_LINES_SHOWN:]])
        raise AuditError(msg)
    say(f"{title}: {' and '.join(modules)}: {summary.strip('= ')}")
    return frozenset(match[1] for line in lines if (match := re.match(r"(?:FAILED|ERROR) (\S+)", line)))
