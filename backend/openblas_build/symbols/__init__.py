"""From the symbols of an archive to a plan: what is public under which name, what stays inside.

Modules: `ar` (archive format), `archive` (an archive's symbols), `rules` (which names are API),
`plan` (names in and out, and the files that objcopy and the linker read).
"""

from .archive import defined_symbols, wanted_symbols
from .plan import Plan

__all__ = ["Plan", "defined_symbols", "wanted_symbols"]
