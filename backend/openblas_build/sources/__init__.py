"""Where OpenBLAS's source comes from: the lock, the ways to its archives, and the tree that they make.

Modules, each knowing only those before it: `lock` (data), `checksum`, `cache` (verified archives), `pace` (how long
is waited), `partial` (what has come so far), `wire`, `http` and `apt`, `ways` (the network), `archives` (where each is
found), `members` (what is in an archive), `layout` (where it may go), `unpack`, `digest` (which files count), `tree`
(what a usable tree is), `workshop` (folders to work in), `assemble`, `locate`.
"""

from .locate import Relocked, archives_of, carried_folder, locate, relock
from .tree import Tree

__all__ = ["Relocked", "Tree", "archives_of", "carried_folder", "locate", "relock"]
