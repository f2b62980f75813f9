"""Versions that compare."""

from __future__ import annotations


def version_of(text: str) -> tuple[int, ...]:
    """Return a version such as ``2.17`` as numbers that compare."""
    return tuple(int(part) for part in text.split("."))
