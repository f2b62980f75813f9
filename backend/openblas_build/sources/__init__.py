"""Where OpenBLAS's source comes from: the lock, the ways to its archives, and the tree that they make.

Modules, each knowing only those before it: `lock` (data), `checksum`, `cache` (verified archives), `http` and
`apt`, `ways` (the network), `archives` (where each is found), `unpack`, `digest` (which files count), `tree`
(what a usable tree is), `assemble`, `locate`.
"""

from .locate import archives_of, carried_folder, locate, relock
from .tree import Tree

__all__ = ["Tree", "archives_of", "carried_folder", "locate", "relock"]
