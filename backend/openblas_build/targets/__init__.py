"""What to build for: the table of platforms, and the strategies that it names.

Modules: `row` (what is said of a platform), `table` (all of them), `tools` (compilers and what goes with them),
`c_libraries` and `formats` (the strategies), `linkage` (what a link is told of a C library), `choice` (the row that
the options mean), `packages` (Debian's packages of cross tools). What is done differently on a platform is a
strategy that its row names; nothing else of this project asks which platform it is.
"""

from .choice import Target, chosen, compilable, own_row
from .linkage import NATIVE
from .row import Cross, Emulator, Row
from .table import ROWS, row_of

__all__ = ["NATIVE", "ROWS", "Cross", "Emulator", "Row", "Target", "chosen", "compilable", "own_row", "row_of"]
