"""From OpenBLAS's headers to those of the library: its names, its integers, and nothing that does not link.

Modules: `scan` (which functions a header declares, and where), `plain_names` (the header that maps
OpenBLAS's own names to the library's), `standards` (what C, C++ and their compilers ask of a header), `write`
(all of it).
"""

from .write import PLAIN_NAMES_HEADER, write_headers

__all__ = ["PLAIN_NAMES_HEADER", "write_headers"]
