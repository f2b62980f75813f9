"""From the wheel that CMake filled to the one that others can install: tag, audit, content."""

from .finish import finish

__all__ = ["finish"]
