"""Findings, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_NAMES_SHOWN = 20


@dataclass(frozen=True)
class Finding:
    """One breach: the check that found it, what is wrong, and the names that are concerned."""

    check: str
    message: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The result of an audit: `facts` in the order in which they were found, and the breaches."""

    subject: str
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the contract is kept."""
        return not self.findings


def render(report: Report) -> str:
    """Return the report as text of several lines."""
    lines = [f"{report.subject}: {'contract kept' if report.ok else 'CONTRACT BROKEN'}"]
    lines += [f"  {name:<14} {value}" for name, value in report.facts.items()]
    for check in report.checks:
        found = [finding for finding in report.findings if finding.check == check]
        lines += [f"  {'ok' if not found else 'BREACH':<6}  {check}"]
        for finding in found:
            lines.append(f"          {finding.message}")
            lines += [f"            {name}" for name in finding.names[:_NAMES_SHOWN]]
            if len(finding.names) > _NAMES_SHOWN:
                lines.append(f"            and {len(finding.names) - _NAMES_SHOWN} more; --json lists all")
    return "\n".join(lines)


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON values: subject, ok, facts, and each check with its findings."""
    return {
        "subject": report.subject,
        "ok": report.ok,
        "facts": report.facts,
        "checks": [
            {
                "check": check,
                "ok": all(finding.check != check for finding in report.findings),
                "findings": [
                    {"message": finding.message, "names": list(finding.names)}
                    for finding in report.findings
                    if finding.check == check
                ],
            }
            for check in report.checks
        ],
    }
