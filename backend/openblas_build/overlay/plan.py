"""Which changes apply to a tree, and why others do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import OverlayError
from .actions import Miss
from .draft import Draft
from .manifest import Change, Manifest

TUNED, STOCK = "tuned", "stock"

APPLIED, LEFT_OUT, MISSED = "applies", "left out", "does not apply"


@dataclass(frozen=True)
class Situation:
    """What decides, besides the tree's text: its version, and the machine, system and compiler that it is built for.

    `locked` says that it is the tree of the lock, to which all must apply. `system` is CMake's name.
    """

    version: str
    machine: str
    compiler: str
    locked: bool
    system: str = "Linux"


@dataclass(frozen=True)
class Outcome:
    """What became of one change: its state, and for all but those that apply, why."""

    change: Change
    state: str
    reason: str = ""
    misses: tuple[Miss, ...] = ()

    @property
    def applied(self) -> bool:
        """Whether it was made."""
        return self.state == APPLIED


@dataclass(frozen=True)
class Plan:
    """The changes to make: `kernels` are ``tuned`` or ``stock``, `why` says what decided, `draft` is the result."""

    kernels: str
    why: str
    outcomes: tuple[Outcome, ...]
    draft: Draft = field(compare=False)

    @property
    def applied(self) -> list[Change]:
        """The changes that are made, in their order."""
        return [outcome.change for outcome in self.outcomes if outcome.applied]


def plan(manifest: Manifest, base: Path, situation: Situation, mode: str) -> Plan:
    """Decide what to change in the tree at `base`; nothing is written.

    `mode` is that of openblas.kernels: ``tuned`` wants all of speed, ``stock`` none, ``auto`` all or none.

    Raises:
        OverlayError: a change misses the locked tree, one that every tree needs misses this one, or a change for speed
            that `mode` asks for.
    """
    draft = Draft(base)
    base_changes = [change for change in manifest.changes if change.kind != "speed"]
    outcomes = [_relaxed(each, situation) for each in _made(base_changes, draft, manifest.tree, situation)]
    failed = [each for each in outcomes if each.state == MISSED]
    if failed:
        raise OverlayError(_refusal(failed, situation))
    speed = [change for change in manifest.changes if change.kind == "speed"]
    tuned = draft.branch()
    wanted = list(_made(speed, tuned, manifest.tree, situation, outcomes))
    why = _why_not(wanted, situation)
    if mode == TUNED and why:
        raise OverlayError(_not_tuned(wanted, why))
    if mode == STOCK or why:
        why = "openblas.kernels=stock" if mode == STOCK else why
        left = [Outcome(each.change, LEFT_OUT, each.reason or why) for each in wanted]
        return Plan(STOCK, why, (*outcomes, *left), draft)
    return Plan(TUNED, "all changes for speed apply", (*outcomes, *wanted), tuned)


def survey(manifest: Manifest, base: Path, situation: Situation) -> list[Outcome]:
    """Return what would become of every change on the tree at `base`, whatever the others do."""
    draft = Draft(base)
    changes = sorted(manifest.changes, key=lambda change: change.kind == "speed")
    return list(_made(changes, draft, manifest.tree, situation))


def _made(
    changes: Iterable[Change], draft: Draft, own: Path, situation: Situation, before: Iterable[Outcome] = ()
) -> Iterator[Outcome]:
    """Make each change in `draft` that fits, and yield what became of it."""
    applied = {outcome.change.id for outcome in before if outcome.applied}
    for change in changes:
        outcome = _outcome(change, draft, own, situation, applied)
        if outcome.applied:
            applied.add(change.id)
        yield outcome


def _outcome(change: Change, draft: Draft, own: Path, situation: Situation, applied: set[str]) -> Outcome:
    reason = _left_out(change, draft, situation, applied)
    if reason:
        return Outcome(change, LEFT_OUT, reason)
    if change.kind == "speed" and situation.version not in change.openblas:
        return Outcome(change, MISSED, f"for OpenBLAS {', '.join(change.openblas)} only, not for {situation.version}")
    attempt = draft.branch()
    misses = tuple(miss for action in change.actions for miss in action.apply(attempt, own))
    if misses:
        more = f", and {len(misses) - 1} more" if len(misses) > 1 else ""
        return Outcome(change, MISSED, f"{misses[0]}{more}", misses)
    draft.adopt(attempt)
    return Outcome(change, APPLIED)


def _elsewhere(change: Change, situation: Situation) -> str:
    """Return which machines or systems a change is for, if this is none of them."""
    for places, here in ((change.machines, situation.machine), (change.systems, situation.system)):
        if places and here not in places:
            return f"for {', '.join(places)} only"
    return ""


def _left_out(change: Change, draft: Draft, situation: Situation, applied: set[str]) -> str:
    """Return why a change is not even tried, or nothing."""
    elsewhere = _elsewhere(change, situation)
    if elsewhere:
        return elsewhere
    if change.compilers and situation.compiler not in change.compilers:
        return f"for {', '.join(change.compilers)} only, not for {situation.compiler}"
    if situation.locked and situation.version not in change.openblas:
        return f"for OpenBLAS {', '.join(change.openblas)}"
    if change.absent and all(draft.exists(path) for path in change.absent):
        return "nothing to mend: the tree has what it is about"
    if not all(draft.exists(path) for path in change.present):
        return "nothing to mend: the tree has not what it is about"
    missing = [each for each in change.needs if each not in applied]
    return f"needs {', '.join(missing)}" if missing else ""


def _relaxed(outcome: Outcome, situation: Situation) -> Outcome:
    # In a tree of another version there may be nothing to mend; the locked one has all that the changes are about.
    if outcome.state != MISSED or situation.locked or outcome.change.required:
        return outcome
    return Outcome(outcome.change, LEFT_OUT, outcome.reason, outcome.misses)


def _why_not(wanted: list[Outcome], situation: Situation) -> str:
    """Return why the changes for speed are not made, or nothing if all of those for this machine apply."""
    here = [each for each in wanted if not _elsewhere(each.change, situation)]
    if not here:
        return f"there are no changes for speed on {situation.machine}"
    for each in here:
        if not each.applied:
            return f"{each.change.id} {each.state}: {each.reason}"
    return ""


def _refusal(failed: list[Outcome], situation: Situation) -> str:
    lines = [f"{each.change.id}: {miss}" for each in failed for miss in each.misses]
    if situation.locked:
        head = f"{len(failed)} of this project's changes don't fit the tree that they were written for"
        advice = "mend the entry in overlay/manifest.toml; 'python backend overlay' lists them all"
    else:
        head = f"this tree of OpenBLAS {situation.version} can't be built: it lacks what every build changes"
        advice = "give a tree of OpenBLAS 0.3.28 or later; 'python backend overlay --tree TREE' lists all changes"
    return "\n".join([head, *lines, advice])


def _not_tuned(wanted: list[Outcome], why: str) -> str:
    lines = [f"{each.change.id}: {miss}" for each in wanted for miss in each.misses] or [why]
    head = "openblas.kernels=tuned asks for all changes for speed, and not all apply"
    return "\n".join([head, *lines, "take openblas.kernels=auto or stock, which build without them"])
