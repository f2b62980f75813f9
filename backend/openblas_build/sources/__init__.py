"""Where OpenBLAS's source comes from: the lock, the ways to an archive, and the tree they end in.

Modules, each knowing only those before it: `lock` (data), `cache` (verified archives),
`http` and `apt` (ways), `unpack`, `tree` (what a usable tree is), `assemble`, `locate`.
"""

from .locate import archives_of, carried_folder, locate
from .tree import Tree

__all__ = ["Tree", "archives_of", "carried_folder", "locate"]
