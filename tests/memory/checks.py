"""Run by the tests of this folder in a process of its own, with a library: print what is wrong, a line each.

python -m memory.checks bounds|bits|marks|factors LIBRARY GUARD THREADS TYPES SIZES
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from memory import factors, level2, level3
from memory.operands import Argument, Call, Maker, Marks, Numbers
from memory.placing import Regions


def calls(kind: str, n: int, seed: int) -> Iterator[Call]:
    """Calls with operands of order n and others of smaller numbers."""
    maker = Maker(kind, seed)
    for rows, columns in ((n, maker.some()), (maker.some(), n)):
        yield from level2.general(maker, rows, columns)
        yield from level3.factorizations(maker, rows, columns, maker.some())
    yield from level2.vectors(maker, n)
    yield from level2.symmetric(maker, n)
    yield from level2.triangular(maker, n)
    for sizes in ((n, maker.some(), maker.some()), (maker.some(), n, maker.some()), (maker.some(), maker.some(), n)):
        yield from level3.products(maker, *sizes)
    yield from level3.ranks(maker, n, maker.some())
    yield from level3.ranks(maker, maker.some(), n)
    yield from level3.triangular_products(maker, n, maker.some())
    yield from level3.triangular_products(maker, maker.some(), n)
    yield from level3.of_triangles(maker, n, maker.some())


def beyond(regions: Regions, call: Call, _random: np.random.Generator) -> Iterator[str]:
    """Reads and writes beyond the operands."""
    for where, addresses in (("end", regions.at_end(call.operands)), ("begin", regions.at_begin(call.operands))):
        after, fault = regions.run(call, addresses)
        if fault:
            yield f"beyond the {where} at {[hex(fault - each) for each in addresses]}"
        elif not call.is_function:
            yield from beside(call, after)


def beside(call: Call, after: list[Numbers]) -> Iterator[str]:
    """Writes between the numbers of the operands, and to those that are none of the results."""
    for number, (operand, memory) in enumerate(zip(call.operands, after)):
        kept = np.ones(len(memory), bool)
        if number in call.results:
            kept[operand.places[operand.used]] = False
        if (memory[kept].view(np.uint8) != operand.memory[kept].view(np.uint8)).any():
            yield f"writes beside operand {number}"


def moved(regions: Regions, call: Call, random: np.random.Generator) -> Iterator[str]:
    """Other results where the operands lie elsewhere."""
    first: list[bytes] = []
    for turn in range(4):
        steps = random.integers(0, 8, len(call.operands)) * (0 if turn == 0 else 1)
        if turn == 1:
            steps[:] = 1
        offsets = [int(step) * (4 if each.memory.itemsize == 4 else 8) for step, each in zip(steps, call.operands)]
        after, fault = regions.run(call, regions.at_begin(call.operands, offsets))
        bits = [memory.tobytes() for memory in after]
        if fault:
            yield "beyond"
        elif not first:
            first = bits
        elif bits != first:
            yield f"other bits at {offsets}"
            return


def marked(regions: Regions, call: Call, random: np.random.Generator) -> Iterator[str]:
    """NaN and infinity where they don't belong, and numbers that are wrong beside them."""
    if not call.depends:
        return
    addresses = regions.at_begin(call.operands)
    clean, _ = regions.run(call, addresses)
    for number, operand in enumerate(call.operands):
        if operand.memory.dtype.kind not in "fc" or not operand.used.any():
            continue
        # The first, the last, or one between.
        used = np.unique(operand.places[operand.used])
        for value in (np.nan, np.inf):
            place = int(random.choice([used[0], used[-1], *random.choice(used, 4)]))
            with_mark = operand.with_number(place, value)
            arguments: list[Argument] = [with_mark if each is operand else each for each in call.arguments]
            after, fault = regions.run(Call(call.name, arguments, call.results), addresses)
            assert not fault
            marks = [each.marked(place) if each is operand else each.used & False for each in call.operands]
            wrong = compared(call, clean, after, call.depends(marks), value)
            yield from (f"{value} at {number}:{np.argwhere(marks[number])[0]}: {each}" for each in wrong)
    # All of a result depends on each factor, but where a band has nothing in a row.
    for scalar in call.arguments:
        if isinstance(scalar, np.ndarray) and "gbmv" not in call.name:
            arguments = [np.full_like(each, np.nan) if each is scalar else each for each in call.arguments]
            after, _ = regions.run(Call(call.name, arguments, call.results), addresses)
            yield from (f"factor {each}" for each in compared(call, clean, after, call.whole_results(), np.nan))


# Where infinite numbers are subtracted from each other.
_SOLVERS = {"trsv", "tpsv", "tbsv", "trsm", "trtri", "trti2", "potri", "potrs", "trtrs"}


def compared(call: Call, clean: list[Numbers], after: list[Numbers], marks: list[Marks], value: float) -> Iterator[str]:
    """What is wrong if the marked numbers of the results depend on one of that value."""
    for result, dependent in zip(call.results, marks):
        operand = call.operands[result]
        used = operand.used & ~dependent
        before, now = (memory[result][operand.places[used]] for memory in (clean, after))
        dependents = after[result][operand.places[operand.used & dependent]]
        tolerance = 100 * np.finfo(before.dtype).eps * max(operand.places.shape)
        if not np.isfinite(now).all():
            yield f"{np.argwhere(used)[~np.isfinite(now)][:3].tolist()} is not finite"
        elif not np.allclose(before, now, rtol=tolerance, atol=tolerance * abs(before).max(initial=0)):
            yield "wrong numbers"
        elif np.isnan(value) and np.isfinite(dependents).any():
            yield f"{np.argwhere(operand.used & dependent)[np.isfinite(dependents)][:3].tolist()} is finite"
        elif np.isinf(value) and call.name[0] in "sd" and call.name[1:] not in _SOLVERS and np.isnan(dependents).any():
            yield f"{np.argwhere(operand.used & dependent)[np.isnan(dependents)][:3].tolist()} is NaN"


CHECKS = {"bounds": beyond, "bits": moved, "marks": marked}


def main(check: str, library: str, guard: str, threads: str, *rest: str) -> None:
    kinds, sizes = rest
    regions = Regions(Path(guard), Path(library))
    regions.use_threads(int(threads))
    for kind in kinds:
        for n in (int(size) for size in sizes.split(",")):
            random = np.random.default_rng(n)
            if check == "factors":
                for wrong in factors.wrong_factors(regions, Maker(kind, n), n):
                    print(wrong)
                continue
            for call in calls(kind, n, n):
                for wrong in CHECKS[check](regions, call, random):
                    print(f"{call}: {wrong}")


if __name__ == "__main__":
    main(*sys.argv[1:])
