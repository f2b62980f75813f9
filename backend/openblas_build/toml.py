"""The standard library's TOML reader, or its twin from PyPI on Python 3.9 and 3.10."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["tomllib"]
