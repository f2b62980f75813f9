"""From times to ratios: per round, then the median over rounds; means over rows."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .candidates import OURS
from .cases import Case
from .measure import Measured, Plan
from .worker import Timing

BEHIND = 0.97  # below it a row is told as slower; above, it may be noise


@dataclass(frozen=True)
class Row:
    """One row of this wheel: its rate, its share of the peak, and its rate over each other candidate's.

    `rate` is operations a second; `peak_share` is None without a peak; `rounds` are the ratios of every round, by
    candidate.
    """

    case: Case
    threads: int
    rate: float
    peak_share: float | None
    rounds: Mapping[str, Sequence[float]]

    @cached_property
    def ratios(self) -> Mapping[str, float]:
        """By candidate, the median over the rounds."""
        return {name: statistics.median(each) for name, each in self.rounds.items()}

    @property
    def best(self) -> str | None:
        """The fastest of the others, or None if there is none."""
        return min(self.ratios, key=lambda name: self.ratios[name], default=None)

    @property
    def to_best(self) -> float | None:
        """The rate over that of the fastest of the others."""
        return self.ratios[self.best] if self.best is not None else None

    @property
    def behind(self) -> bool:
        """Whether it is slower than the fastest of the others."""
        return self.to_best is not None and self.to_best < BEHIND

    @property
    def rounds_to_best(self) -> Sequence[float]:
        """The ratios to the fastest of the others, of every round."""
        return self.rounds[self.best] if self.best is not None else ()

    @property
    def rounds_behind(self) -> int:
        """In how many rounds it was slower than the fastest of the others."""
        return sum(ratio < BEHIND for ratio in self.rounds_to_best)

    @property
    def always_behind(self) -> bool:
        """Whether it was slower in every round."""
        return self.behind and self.rounds_behind == len(self.rounds_to_best)


def ratios_by_round(ours: Mapping[int, Timing], others: Mapping[int, Timing]) -> list[float]:
    """Return how many times faster ours is, in each round that both have."""
    return [others[number].seconds / ours[number].seconds for number in sorted(ours) if number in others]


def geometric_mean(values: Iterable[float]) -> float:
    """Return the geometric mean; 1 of none."""
    logs = [math.log(value) for value in values]
    return math.exp(sum(logs) / len(logs)) if logs else 1.0


def peak_rates(measured: Measured) -> dict[tuple[int, str], float]:
    """Return the peak by threads and letter: the best of all rounds and vector extensions.

    Nothing makes the units faster than they are, anything else on the machine makes them look slower.
    """
    peaks: dict[tuple[int, str], float] = {}
    for (threads, _vectors, letter), rates in measured.peaks.items():
        peaks[threads, letter] = max(peaks.get((threads, letter), 0.0), *rates)
    return peaks


def rows(plan: Plan, measured: Measured) -> list[Row]:
    """Return the rows that this wheel has times of, by threads, in the order of the cases."""
    peaks = peak_rates(measured)
    found = []
    for threads in plan.threads:
        for index, case in enumerate(plan.cases):
            mine = measured.timings.get((OURS, threads, index))
            if not mine:
                continue
            rate = case.flops / statistics.median(timing.seconds for timing in mine.values())
            peak = peaks.get((threads, case.precision))
            by_round = {
                candidate.name: ratios_by_round(mine, measured.timings.get((candidate.name, threads, index), {}))
                for candidate in plan.candidates
                if candidate.name != OURS
            }
            rounds = {name: each for name, each in by_round.items() if each}
            found.append(Row(case, threads, rate, rate / peak if peak else None, rounds))
    return found


@dataclass(frozen=True)
class Mean:
    """Geometric means over some rows: of the ratios to each candidate, and to the best of the others."""

    title: str
    count: int
    ratios: Mapping[str, float]
    to_best: float


def mean(title: str, some: Sequence[Row]) -> Mean:
    """Return the means over rows; a candidate's mean is over the rows that it has."""
    names = list(dict.fromkeys(name for row in some for name in row.ratios))
    ratios = {name: geometric_mean(row.ratios[name] for row in some if name in row.ratios) for name in names}
    return Mean(title, len(some), ratios, geometric_mean(row.to_best for row in some if row.to_best is not None))


def means(all_rows: Sequence[Row]) -> list[Mean]:
    """Return the means of every group, of every number of threads, and of all rows."""
    groups = dict.fromkeys(row.case.group for row in all_rows)
    numbers = dict.fromkeys(row.threads for row in all_rows)
    found = [
        mean(f"{group}, threads: {threads}", part)
        for threads in numbers
        for group in groups
        if (part := [row for row in all_rows if row.case.group == group and row.threads == threads])
    ]
    found += [mean(f"threads: {threads}", [row for row in all_rows if row.threads == threads]) for threads in numbers]
    return [*found, mean("all rows", all_rows)]
