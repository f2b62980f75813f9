"""The header that lets a consumer write OpenBLAS's own names: ``dgemm_``, ``cblas_dgemm``, ``LAPACKE_dgesv``."""

from __future__ import annotations

from ..symbols import Plan

HEADER = "openblas_plain_names.h"
MACRO = "OPENBLAS_PLAIN_NAMES"

# At the end of the headers that all others include.
INCLUDE = f"""
/* With {MACRO} defined, OpenBLAS's own names may be written for the library's. */
#ifdef {MACRO}
#include "{HEADER}"
#endif
"""

_TEXT = """\
/* OpenBLAS's own names for this library's functions: include this header, or define
   {macro} before any other header of OpenBLAS. */
#ifndef {macro}_H
#define {macro}_H

{definitions}
#endif
"""


def render(plan: Plan) -> str:
    """Return the header that maps every exported function's plain name to the library's."""
    pairs = [(name, plan.naming.public(name)) for name in plan.public]
    definitions = "".join(f"#define {plain} {public}\n" for plain, public in pairs if plain != public)
    return _TEXT.format(macro=MACRO, definitions=definitions or "/* They are the library's own. */\n")
