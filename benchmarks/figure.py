"""The picture: ratios to each candidate by group of rows, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openblas_build.errors import SettingError, ToolError

from .ratios import Row, geometric_mean

_TICKS = (0.25, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 4.0)
_LOW, _HIGH = 0.2, 5.0  # what is beyond stands at the edge, as a triangle
# Okabe and Ito's palette, which the colour-blind can tell apart.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_WIDTH = 0.8  # of all candidates of a group together, 1 being the distance of groups
_DPI = 150
_FORMATS = (".png", ".svg", ".pdf")


def check(path: Path) -> None:
    """Check that a picture can be written, before minutes are spent on what it is to show.

    Raises:
        SettingError: the format that the name's ending says is not one of ours.
        ToolError: matplotlib is not there.
    """
    if path.suffix not in _FORMATS:
        msg = f"--figure {path}: the name must end in one of {', '.join(_FORMATS)}"
        raise SettingError(msg)
    try:
        import matplotlib as mpl  # noqa: PLC0415 - only pictures want it
    except ImportError as error:
        msg = "a figure needs matplotlib: pip install --group bench, or leave out --figure"
        raise ToolError(msg) from error
    mpl.use("agg")


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write the picture, with a panel for every number of threads; `check` says whether it can be done."""
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only pictures want it

    numbers = list(dict.fromkeys(row.threads for row in rows))
    groups = list(dict.fromkeys(row.case.group for row in rows))
    names = list(dict.fromkeys(name for row in rows for name in row.ratios))
    figure, panels = plt.subplots(len(numbers), 1, figsize=(11, 4.2 * len(numbers)), squeeze=False)
    for threads, (panel,) in zip(numbers, panels):
        _panel(panel, [row for row in rows if row.threads == threads], groups, names)
        panel.set_title("1 thread" if threads == 1 else f"{threads} threads", loc="left")
    panels[0][0].legend(loc="upper center", bbox_to_anchor=(0.5, 1.18), ncols=len(_COLOURS), frameon=False)
    figure.supylabel("speed of this wheel over that of the other\n(above 1: this wheel is faster)", size="medium")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=_DPI, metadata={"Software": None} if path.suffix == ".png" else None)
    plt.close(figure)


def _panel(panel: Any, rows: Sequence[Row], groups: Sequence[str], names: Sequence[str]) -> None:
    """Draw a dot for every row, and a bar from 1 to the geometric mean of each candidate in each group."""
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
            for ratio in ratios:
                panel.plot(x, min(max(ratio, _LOW), _HIGH), _marker(ratio), color=colour, markersize=3, clip_on=False)
            label = None
    panel.axhline(1, color="black", linewidth=0.8)
    panel.set_yscale("log")
    panel.set_ylim(_LOW, _HIGH)
    panel.set_yticks(_TICKS, [f"{tick:g}" for tick in _TICKS])
    panel.set_yticks([], minor=True)
    panel.set_xticks(range(len(groups)), [group.replace(", ", ",\n") for group in groups])
    panel.tick_params(axis="x", length=0)
    panel.grid(axis="y", linewidth=0.4, alpha=0.6)
    panel.spines[["top", "right"]].set_visible(False)


def _marker(ratio: float) -> str:
    return "v" if ratio < _LOW else "^" if ratio > _HIGH else "o"
