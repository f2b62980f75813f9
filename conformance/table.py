"""What is run: LAPACK's test programs and their inputs, as LAPACK's own TESTING/CMakeLists.txt pairs them."""

from __future__ import annotations

from dataclasses import dataclass

# Inputs of the EIG programs that serve all four types, and those that each type has of its own.
_SHARED = ("nep", "sep", "se2", "svd", "glm", "gqr", "gsv", "csd", "lse")
_OWN = ("ec", "ed", "gg", "gd", "sb", "sg", "bal", "bak", "gbal", "gbak", "bb")


@dataclass(frozen=True)
class Case:
    """A test program and its input file, named after both: ``EIG dsep``."""

    family: str
    name: str
    program: str
    input: str

    @property
    def title(self) -> str:
        """The case's name in tables, such as ``EIG dsep``."""
        return f"{self.family} {self.name}"


def _of_type(letter: str) -> list[Case]:
    eig = f"xeigtst{letter}"
    return [
        Case("LIN", f"{letter}test", f"xlintst{letter}", f"{letter}test.in"),
        Case("LIN", f"{letter}test_rfp", f"xlintstrf{letter}", f"{letter}test_rfp.in"),
        *(Case("EIG", f"{letter}{name}", eig, f"{name}.in") for name in _SHARED),
        *(Case("EIG", f"{letter}{name}", eig, f"{letter}{name}.in") for name in _OWN),
        Case("DMD", f"{letter}dmd", f"xdmdeigtst{letter}", f"{letter}dmd.in"),
    ]


CASES: tuple[Case, ...] = (
    *(case for letter in "sdcz" for case in _of_type(letter)),
    Case("LIN", "dstest", "xlintstds", "dstest.in"),
    Case("LIN", "zctest", "xlintstzc", "zctest.in"),
)
