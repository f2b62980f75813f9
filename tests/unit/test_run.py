"""Other programs: what they say is kept, and short where they fail."""

from __future__ import annotations

import sys

import pytest

from openblas_build.errors import ToolError
from openblas_build.run import run

FAILING = """
import sys
print("half done")
def deeper():
    raise OSError(28, "No space left on device", "/tmp/x")
deeper()
"""


def test_output() -> None:
    assert run([sys.executable, "-c", "print(1)"]) == "1\n"


def test_failure_has_the_last_lines() -> None:
    with pytest.raises(ToolError, match=r"exit status 3(.|\n)*100 lines left out(.|\n)*\n139$"):
        run([sys.executable, "-c", "import sys; print(*range(140), sep='\\n'); sys.exit(3)"])


def test_failure_of_a_python_program_is_its_error_without_the_traceback() -> None:
    with pytest.raises(ToolError) as caught:
        run([sys.executable, "-c", FAILING])
    text, whole = str(caught.value), caught.value.output
    assert text.splitlines()[-2:] == ["half done", "OSError: [Errno 28] No space left on device: '/tmp/x'"]
    assert "Traceback" not in text
    assert "Traceback" in whole


def test_missing_program_is_told() -> None:
    with pytest.raises(ToolError, match="cannot run no-such-program: No such file"):
        run(["no-such-program"])
