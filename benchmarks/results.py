"""The results as JSON, for programs and for later."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .candidates import Candidate
from .driver_build import Driver, cpu_field
from .measure import Measured, Plan
from .ratios import Row, means, peak_rates

SCHEMA = 1


def collect(plan: Plan, measured: Measured, rows: Sequence[Row], driver: Driver) -> dict[str, Any]:
    """Return everything a reader needs to judge the run: machine, libraries, times of every round, ratios, means."""
    return {
        "schema": SCHEMA,
        "machine": {
            "cpu": cpu_field("model name"),
            "cpus": len(os.sched_getaffinity(0)),
            "system": platform.platform(),
            "compiler": driver.compiler,
        },
        "rounds": plan.rounds,
        "budget": plan.budget,
        "candidates": {each.name: _candidate(each, measured) for each in plan.candidates},
        "peaks": {f"{letter}{threads}": rate for (threads, letter), rate in peak_rates(measured).items()},
        "peaks_by_vectors": [
            {"threads": threads, "vectors": vectors, "letter": letter, "rates": rates}
            for (threads, vectors, letter), rates in measured.peaks.items()
        ],
        "rows": [_row(row, plan, measured) for row in rows],
        "means": [
            {"title": each.title, "rows": each.count, "ratios": dict(each.ratios), "to_best": each.to_best}
            for each in means(rows)
        ],
        "cpus_used_by_others": measured.load.others,
        "remarks": measured.remarks,
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the results; the file is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    new.replace(path)


def _candidate(candidate: Candidate, measured: Measured) -> dict[str, Any]:
    return {
        "origin": candidate.origin,
        "sha256": hashlib.sha256(candidate.library.read_bytes()).hexdigest(),
        "integer_bits": candidate.bits,
        "environment": candidate.environment,
        "build": candidate.build,
        **measured.libraries.get(candidate.name, {}),
    }


def _row(row: Row, plan: Plan, measured: Measured) -> dict[str, Any]:
    index = list(plan.cases).index(row.case)
    seconds = {}
    for candidate in plan.candidates:
        timings = measured.timings.get((candidate.name, row.threads, index), {})
        if timings:
            seconds[candidate.name] = [timings[number].seconds for number in sorted(timings)]
    return {
        "name": row.case.name,
        "group": row.case.group,
        "routine": row.case.routine,
        "letter": row.case.letter,
        "threads": row.threads,
        "flops": row.case.flops,
        "rate": row.rate,
        "peak_share": row.peak_share,
        "seconds": seconds,
        "ratios": dict(row.ratios),
        "best": row.best,
        "to_best": row.to_best,
        "rounds_behind": row.rounds_behind,
    }
