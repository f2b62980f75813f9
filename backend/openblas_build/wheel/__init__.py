"""From the wheel that CMake filled to the one that others can install: name, tag, audit, content."""

from .finish import finish
from .rename import rename_metadata, rename_wheel

__all__ = ["finish", "rename_metadata", "rename_wheel"]
