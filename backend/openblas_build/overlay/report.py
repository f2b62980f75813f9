"""What is told of the changes: to people, to programs, and in a wheel's build record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .plan import Outcome, Plan


def record(plan: Plan) -> dict[str, Any]:
    """Return what a wheel tells of its changes."""
    return {
        "kernels": plan.kernels,
        "why": plan.why,
        "changes": [
            {"id": each.change.id, "kind": each.change.kind, "what": each.change.what}
            for each in plan.outcomes
            if each.applied
        ],
        "left-out": [
            {"id": each.change.id, "kind": each.change.kind, "why": each.reason}
            for each in plan.outcomes
            if not each.applied
        ],
    }


def to_json(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """Return every change with its fields and its state."""
    return [
        {
            "id": each.change.id,
            "kind": each.change.kind,
            "state": each.state,
            "reason": each.reason,
            "misses": [{"file": miss.file, "reason": miss.reason} for miss in each.misses],
            "what": each.change.what,
            "why": each.change.why,
            "shown-by": each.change.shown_by,
            "upstream": each.change.upstream,
            "openblas": list(each.change.openblas),
            "machines": list(each.change.machines),
            "systems": list(each.change.systems),
            "families": list(each.change.families),
            "compilers": list(each.change.compilers),
            "needs": list(each.change.needs),
        }
        for each in outcomes
    ]


def news(plan: Plan) -> list[str]:
    """Return the lines that a build says of its changes."""
    head = f"{len(plan.applied)} changes to OpenBLAS, kernels {plan.kernels}: {plan.why}"
    missed = (each for each in plan.outcomes if each.misses and each.change.kind != "speed")
    return [
        head,
        *(
            f"without the {each.change.kind} {each.change.id}, which finds nothing to change: {each.reason}"
            for each in missed
        ),
    ]


def render(outcomes: Iterable[Outcome]) -> str:
    """Return every change in a line, and below it what does not fit."""
    lines = []
    for each in outcomes:
        lines.append(f"{each.state:15} {each.change.kind:6} {each.change.id:28} {each.change.what}")
        if each.misses:
            lines += [f"{'':23}{miss}" for miss in each.misses]
        elif each.reason:
            lines.append(f"{'':23}{each.reason}")
    return "\n".join(lines)
