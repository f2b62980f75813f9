"""The candidates' results side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .runs import Result

# Candidate -> case or program -> what came of it.
Results = Mapping[str, Mapping[str, Result]]


def total(results: Mapping[str, Result]) -> Result:
    """Add up the results of one candidate; errors carry the name of their case."""
    return Result(
        sum(result.run for result in results.values()),
        sum(result.failed for result in results.values()),
        tuple(f"{case}: {error}" for case, result in results.items() for error in result.errors),
    )


def table(results: Results) -> str:
    """Return a table with a row for each case where something was wrong, and the sums."""
    titles = list(results)
    cases = list(next(iter(results.values())))
    rows = [["", *titles]]
    for case in cases:
        cells = [results[title][case] for title in titles]
        if not all(cell.ok for cell in cells):
            rows.append([case, *map(_cell, cells)])
    families = dict.fromkeys(case.split()[0] for case in cases)
    rows += [
        [f"all of {family}", *(_cell(total(_of(results[title], family))) for title in titles)] for family in families
    ]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join(lines)


def _of(results: Mapping[str, Result], family: str) -> dict[str, Result]:
    return {case: result for case, result in results.items() if case.split()[0] == family}


def _cell(result: Result) -> str:
    text = f"{result.failed} of {result.run:,} failed"
    return f"{text}, {len(result.errors)} errors" if result.errors else text


def worse(ours: Mapping[str, Result], others: Sequence[Mapping[str, Result]]) -> bool:
    """Tell whether `ours` failed more tests, had more errors or ran fewer than one of the others; alone, any."""
    mine = total(ours)
    if not others:
        return not mine.ok
    return any(
        mine.failed > each.failed or len(mine.errors) > len(each.errors) or mine.run < each.run
        for each in map(total, others)
    )
