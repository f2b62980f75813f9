"""The picture: ratios to each candidate by group of rows, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openblas_build.errors import ToolError

from .ratios import Row, geometric_mean

_TICKS = (0.25, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0)
# Okabe and Ito's palette, which the colour-blind can tell apart.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_WIDTH = 0.8  # of all candidates of a group together, 1 being the distance of groups
_DPI = 150


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write the picture; its name's ending says the format. A panel for every number of threads.

    Raises:
        ToolError: matplotlib is not there.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - only pictures want it
    except ImportError as error:
        msg = "a figure needs matplotlib: pip install --group bench, or leave out --figure"
        raise ToolError(msg) from error
    mpl.use("agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the backend is chosen

    numbers = list(dict.fromkeys(row.threads for row in rows))
    figure, panels = plt.subplots(len(numbers), 1, figsize=(11, 4.2 * len(numbers)), squeeze=False, sharex=True)
    for threads, (panel,) in zip(numbers, panels):
        _panel(panel, [row for row in rows if row.threads == threads])
        panel.set_title("1 thread" if threads == 1 else f"{threads} threads", loc="left")
    panels[0][0].legend(loc="upper center", bbox_to_anchor=(0.5, 1.18), ncols=len(_COLOURS), frameon=False)
    figure.supylabel("speed of this wheel over that of the other\n(above 1: this wheel is faster)", size="medium")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=_DPI, metadata={"Software": None} if path.suffix == ".png" else None)
    plt.close(figure)


def _panel(panel: Any, rows: Sequence[Row]) -> None:
    """Draw a dot for every row, and a bar from 1 to the geometric mean of each candidate in each group."""
    groups = list(dict.fromkeys(row.case.group for row in rows))
    names = list(dict.fromkeys(name for row in rows for name in row.ratios))
    width = _WIDTH / max(1, len(names))
    for rank, name in enumerate(names):
        colour = _COLOURS[rank % len(_COLOURS)]
        label: str | None = name  # of the first bar, for the legend
        for place, group in enumerate(groups):
            ratios = [row.ratios[name] for row in rows if row.case.group == group and name in row.ratios]
            if not ratios:
                continue
            x = place + (rank - (len(names) - 1) / 2) * width
            average = geometric_mean(ratios)
            panel.bar(x, average - 1, width * 0.9, bottom=1, color=colour, alpha=0.45, label=label)
            panel.plot([x] * len(ratios), ratios, "o", color=colour, markersize=2.5, alpha=0.8)
            label = None
    panel.axhline(1, color="black", linewidth=0.8)
    panel.set_yscale("log")
    _ticks(panel)
    panel.set_xticks(range(len(groups)), groups)
    panel.grid(axis="y", linewidth=0.4, alpha=0.6)
    panel.spines[["top", "right"]].set_visible(False)


def _ticks(panel: Any) -> None:
    low, high = panel.get_ylim()
    shown = [tick for tick in _TICKS if low <= tick <= high]
    panel.set_yticks(shown, [f"{tick:g}" for tick in shown])
    panel.set_yticks([], minor=True)
