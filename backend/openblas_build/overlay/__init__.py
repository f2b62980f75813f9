"""Changes to OpenBLAS and LAPACK: applied to a tree, strictly, before CMake starts.

What they are is in the folder ``overlay`` at the top of the repository, and nothing of it is known here. Modules, each
knowing only those before it: `draft` (a tree with changes not written yet), `actions` (what a change can do to it),
`manifest` (the changes), `plan` (which of them apply, and why others do not), `report` (what is told of it), `tables`
(what CMake has to know), `write` (the tree in the build folder).
"""

from .manifest import MANIFEST_FILE, Manifest
from .plan import Outcome, Plan, Situation, plan, survey
from .report import news, render, to_json
from .write import RECORD_FILE, write

__all__ = [
    "MANIFEST_FILE",
    "RECORD_FILE",
    "Manifest",
    "Outcome",
    "Plan",
    "Situation",
    "news",
    "plan",
    "render",
    "survey",
    "to_json",
    "write",
]
