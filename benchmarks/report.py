"""The table for people."""

from __future__ import annotations

from collections.abc import Sequence

from .candidates import OURS
from .measure import Measured
from .ratios import BEHIND, Mean, Row, means, peak_rates

_NAME = 32  # characters
_WORST = 40  # rows
_GIGA = 1e9


def render(rows: Sequence[Row], measured: Measured, names: Sequence[str]) -> str:
    """Return the whole report: rows, means, the rows where this wheel is slower, the peak, the remarks."""
    others = [name for name in names if name != OURS]
    parts = [_table(rows, others), _means(rows, others), _slower(rows, others), _peaks(measured), _libraries(measured)]
    if measured.remarks:
        parts.append("\n".join(["Remarks", *measured.remarks]))
    return "\n\n".join(parts) + "\n"


def _header(first: str, others: Sequence[str]) -> str:
    columns = "".join(f"{name[:9]:>10}" for name in others)
    return f"{first:<{_NAME}} thr   Gflop/s  peak{columns}   to best"


def _line(row: Row, others: Sequence[str]) -> str:
    share = f"{100 * row.peak_share:4.0f}%" if row.peak_share is not None else "    -"
    ratios = "".join(_ratio(row.ratios.get(name)) for name in others)
    best = f"{_ratio(row.to_best)} {row.best}" if row.best else ""
    return f"{row.case.name:<{_NAME}} {row.threads:3} {row.rate / _GIGA:9.2f} {share}{ratios}{best}"


def _ratio(value: float | None) -> str:
    return f"{value:10.2f}" if value is not None else f"{'-':>10}"


def _table(rows: Sequence[Row], others: Sequence[str]) -> str:
    lines = ["This wheel's rate over that of each candidate: above 1 this wheel is faster"]
    group: tuple[int, str] | None = None
    for row in rows:
        if group != (row.threads, row.case.group):
            group = (row.threads, row.case.group)
            lines += ["", _header(row.case.group, others)]
        lines.append(_line(row, others))
    return "\n".join(lines)


def _means(rows: Sequence[Row], others: Sequence[str]) -> str:
    columns = "".join(f"{name[:9]:>10}" for name in others)
    lines = [f"{'Geometric means':<{_NAME + 6}}rows{columns}   to best"]
    lines += [_mean_line(each, others) for each in means(rows)]
    return "\n".join(lines)


def _mean_line(each: Mean, others: Sequence[str]) -> str:
    ratios = "".join(_ratio(each.ratios.get(name)) for name in others)
    return f"{each.title:<{_NAME + 6}}{each.count:4}{ratios}{_ratio(each.to_best)}"


def _slower(rows: Sequence[Row], others: Sequence[str]) -> str:
    slower = sorted((row for row in rows if row.behind), key=lambda row: row.to_best or 0)
    always = sum(row.always_behind for row in slower)
    title = f"Slower than the best of the others (below {BEHIND}): {len(slower)} of {len(rows)} rows"
    if not slower:
        return title
    lines = [f"{title}, {always} of them in every round", _header("", others)]
    lines += [
        f"{_line(row, others)}, {row.rounds_behind} of {len(row.rounds_to_best)} rounds" for row in slower[:_WORST]
    ]
    if len(slower) > _WORST:
        lines.append(f"... and {len(slower) - _WORST} more, all of them in the table above")
    return "\n".join(lines)


def _peaks(measured: Measured) -> str:
    lines = ["Peak of the multiply-add units, Gflop/s"]
    for (threads, letter), rate in sorted(peak_rates(measured).items()):
        lines.append(f"{letter}, threads: {threads:3} {rate / _GIGA:9.1f}")
    return "\n".join(lines)


def _libraries(measured: Measured) -> str:
    lines = ["Libraries"]
    for name, said in measured.libraries.items():
        lines.append(f"{name:<10} {said.get('version', '?')}; kernel: {said.get('kernel', '?')}")
    return "\n".join(lines)
