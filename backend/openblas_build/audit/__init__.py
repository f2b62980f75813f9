"""A finished library or wheel held against its contract.

Modules: `contract` (what it must be), `checks` (the
difference), `report` (findings for people and programs), `audit` (files and wheels).
The checks return findings; whoever asked decides what they mean.
"""

from .audit import audit_file, audit_library, library_in
from .contract import Contract
from .report import Finding, Report, render, to_json

__all__ = ["Contract", "Finding", "Report", "audit_file", "audit_library", "library_in", "render", "to_json"]
