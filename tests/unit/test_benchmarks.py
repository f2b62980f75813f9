"""The benchmark: its rows, its arithmetic, and a worker that computes right results and notices wrong ones."""

from __future__ import annotations

import io
import math
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import callers, cli, driver_build, figure, report, results, worker
from benchmarks.candidates import OURS, Candidate, parse
from benchmarks.cases import CASES, FLOPS, Case, Shape, select
from benchmarks.load import Load, read_clocks
from benchmarks.measure import Measured, Plan, Turn, cpus_of, execute, order, repeat, turns, turns_again
from benchmarks.progress import Progress
from benchmarks.ratios import Row, geometric_mean, mean, means, ratios_by_round, rows
from benchmarks.worker import Answers, Request, Timing, Worker, started
from compiling import Compiler
from openblas_build.errors import SettingError, ToolError

# dgemm_ and ddot_ of a library with a prefix and a suffix, and integers of 64 bits. WRONG makes the product wrong
# in one element, SLOW makes it take its time, CRASH ends the process.
FAKE = """
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
void my_dgemm_x(char *ta, char *tb, int64_t *m, int64_t *n, int64_t *k, double *alpha, double *a, int64_t *lda,
                double *b, int64_t *ldb, double *beta, double *c, int64_t *ldc)
{
    for (int64_t j = 0; j < *n; j++)
        for (int64_t i = 0; i < *m; i++) {
            double sum = 0;
            for (int64_t l = 0; l < *k; l++)
                sum += a[*ta == 'T' ? i * *lda + l : l * *lda + i] * b[*tb == 'T' ? l * *ldb + j : j * *ldb + l];
            c[j * *ldc + i] = *alpha * sum + *beta * c[j * *ldc + i];
        }
#ifdef WRONG
    c[0] += 1e-3;
#endif
#ifdef SLOW
    usleep(20000);
#endif
#ifdef CRASH
    abort();
#endif
}
double my_ddot_x(int64_t *n, double *x, int64_t *incx, double *y, int64_t *incy)
{
    double sum = 0;
    for (int64_t i = 0; i < *n; i++)
        sum += x[i * *incx] * y[i * *incy];
    return sum;
}
/* A lower triangle, one right side: what it destroys must be there again at the next call. */
void my_dtrtrs_x(char *uplo, char *trans, char *diag, int64_t *n, int64_t *nrhs, double *a, int64_t *lda, double *b,
                 int64_t *ldb, int64_t *info)
{
    for (int64_t r = 0; r < *nrhs; r++)
        for (int64_t i = 0; i < *n; i++) {
            double *x = b + r * *ldb;
            for (int64_t j = 0; j < i; j++)
                x[i] -= a[j * *lda + i] * x[j];
            x[i] /= a[i * *lda + i];
        }
    *info = 0;
}
char *my_openblas_get_configx(void) { return "Fake 1.0"; }
int my_openblas_get_num_threadsx(void) { return atoi(getenv("OPENBLAS_NUM_THREADS")); }
"""
PRODUCT = Case("products", "gemm", "d", Shape(20, 20, 20))
PRODUCTS = (
    Case("products", "gemm_tn", "d", Shape(7, 5, 9)),
    Case("products", "gemm_nt", "d", Shape(7, 5, 9)),
    Case("products", "gemm_add", "d", Shape(7, 5, 9)),
)
DOT = Case("dot", "dot", "d", Shape(50, 50))
SOLVE = Case("solve", "trtrs", "d", Shape(8, 8, 2, count=3))
LU = Case("solve", "getrf", "d", Shape(9, 9))


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> driver_build.Driver:
    return driver_build.build(tmp_path_factory.mktemp("driver"))


def fake(compiler: Compiler, name: str, *flags: str) -> Candidate:
    source = compiler.folder / f"{name}.c"
    source.write_text(FAKE, encoding="utf-8")
    library = compiler.folder / f"lib{name}.so"
    compiler.run("cc", "-shared", "-fPIC", "-O1", *flags, source, "-o", library)
    return Candidate(name, library, "my_", "x", 64)


def measure(driver: driver_build.Driver, candidate: Candidate, threads: int, *cases: Case) -> Answers:
    with started(driver, candidate, threads) as process:
        for index, case in enumerate(cases):
            process.measure(index, Request(case, 0.001))
        return process.answers


def state(process: Worker) -> str:
    """The kernel's letter for it: T is stopped (man 5 proc)."""
    deadline = time.monotonic() + 10
    letter = ""
    while letter != "T" and time.monotonic() < deadline:
        letter = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    return letter


def timings(*seconds: float) -> dict[int, Timing]:
    return {number: Timing(each, 3, 0.1) for number, each in enumerate(seconds)}


# The table of rows


def test_every_row_has_a_name_of_its_own_and_counts_operations() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    assert all(case.flops > 0 for case in CASES)
    assert {case.routine for case in (*CASES, *callers.CASES)} == set(FLOPS)


@pytest.mark.parametrize(
    ("case", "name", "flops"),
    [
        (Case("", "gemm", "d", Shape(100, 100, 100)), "dgemm 100", 2e6),
        (Case("", "gemm", "z", Shape(10, 20, 30)), "zgemm 10x20x30", 4 * 2 * 6000),
        (Case("", "gemm", "s", Shape(8, 8, 8, 1000)), "sgemm 8 (1000 of them)", 1024),
        (Case("", "syevd", "z", Shape(10, 10)), "zheevd 10", 4 * 9000),
        (Case("", "gemv_t", "d", Shape(10_000, 50)), "dgemv_t 10000x50", 1e6),
        (Case("", "getrf", "d", Shape(30, 30)), "dgetrf 30", 2 / 3 * 27_000),
        (Case("", "trtrs", "d", Shape(30, 30, 30)), "dtrtrs 30, 30 right sides", 27_000),
        (Case("", "dot", "s", Shape(500, 500)), "sdot 500", 1000),
    ],
)
def test_names_and_operations(case: Case, name: str, flops: float) -> None:
    assert case.name == name
    assert case.flops == pytest.approx(flops)


def test_rows_are_selected_by_name_routine_and_group() -> None:
    assert [case.name for case in select(CASES, ["DGEMM 2000"], quick=False)] == ["dgemm 2000"]
    assert {case.routine for case in select(CASES, ["potrf", "dot"], quick=True)} == {"potrf", "dot"}
    assert {case.group for case in select(CASES, ["LU"], quick=False)} == {"LU"}
    assert select(CASES, [], quick=False) == list(CASES)
    quick = select(CASES, [], quick=True)
    assert 0 < len(quick) < len(CASES) / 2
    assert {case.group for case in quick} == {case.group for case in CASES}


# Candidates


def test_candidates_of_the_command_line(tmp_path: Path) -> None:
    library = tmp_path / "libx.so"
    library.touch()
    plain = parse(f"a={library}")
    assert (plain.name, plain.library, plain.prefix, plain.suffix, plain.bits) == ("a", library, "", "", 32)
    named = parse(f"b={library}:scipy_:64_:ilp64")
    assert (named.prefix, named.suffix, named.bits) == ("scipy_", "64_", 64)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{library}", "want NAME=PATH"),
        ("={library}", "want NAME=PATH"),
        ("a={library}:scipy_", "want NAME=PATH"),
        ("a={library}:::ilp32", "lp64 or ilp64, not 'ilp32'"),
        ("this={library}", "take another"),
        ("a={library}.missing", "there is no file"),
    ],
)
def test_bad_candidates_are_refused(tmp_path: Path, text: str, message: str) -> None:
    library = tmp_path / "libx.so"
    library.touch()
    with pytest.raises(SettingError, match=message):
        parse(text.format(library=library))


# Rounds and ratios


def plan_of(*names: str, rounds: int = 2, cases: tuple[Case, ...] = (PRODUCT, DOT)) -> Plan:
    return Plan(cases, [Candidate(name, Path(name)) for name in names], [1, 2], rounds, 0.01)


def test_candidates_take_turns_and_another_is_first_each_time() -> None:
    plan = plan_of("a", "b", "c", rounds=3)
    all_turns = list(turns(plan))
    assert [(turn.round, turn.threads, turn.group) for turn in all_turns[:4]] == [
        (0, 1, "products"),
        (0, 1, "dot"),
        (0, 2, "products"),
        (0, 2, "dot"),
    ]
    assert len(all_turns) == 3 * 2 * 2
    orders = [order(plan, turn, 1) for turn in all_turns if (turn.threads, turn.group) == (1, "dot")]
    assert ["".join(each) for each in orders] == ["bca", "cab", "abc"]
    assert order(plan, all_turns[0], 0) == ["a", "b", "c"]


def test_some_rows_are_measured_in_more_rounds() -> None:
    plan = plan_of("a", "b", cases=(PRODUCT, DOT, LU))
    assert [(turn.round, turn.threads, turn.group, turn.only) for turn in turns_again(plan, {(1, 1), (2, 2)}, 2)] == [
        (2, 1, "dot", frozenset({1})),
        (2, 2, LU.group, frozenset({2})),
        (3, 1, "dot", frozenset({1})),
        (3, 2, LU.group, frozenset({2})),
    ]
    assert not list(turns_again(plan, {(1, 1)}, 0))


def test_all_candidates_measure_on_the_same_cpus() -> None:
    def cpus(number: int, threads: int) -> set[int]:
        return cpus_of(Turn(number, threads, "dot"), [0, 1, 5])

    assert [cpus(number, 1) for number in range(4)] == [{0}, {1}, {5}, {0}]
    assert cpus(2, 2) == {5, 0}
    assert cpus(1, 3) == cpus(0, 8) == {0, 1, 5}


def test_ratios_are_of_shared_rounds() -> None:
    assert ratios_by_round(timings(1, 1, 1), timings(2, 3, 100)) == [2, 3, 100]
    assert ratios_by_round(timings(2, 1), timings(1, 1)) == [0.5, 1]
    assert ratios_by_round({0: Timing(1, 3, 0)}, {1: Timing(1, 3, 0)}) == []


@pytest.mark.parametrize(
    ("others", "ratio", "rounds_behind", "always"),
    [((1, 0.5, 0.9), 0.9, 2, False), ((0.9, 0.5, 0.9), 0.9, 3, True), ((0.5, 1, 1), 1, 1, False)],
)
def test_rows_tell_in_how_many_rounds_they_were_behind(
    others: tuple[float, ...], ratio: float, rounds_behind: int, *, always: bool
) -> None:
    measured = Measured()
    measured.timings = {
        (OURS, 1, 0): timings(1, 1, 1),
        ("fast", 1, 0): timings(*others),
        ("slow", 1, 0): timings(2, 2, 2),
    }
    (row,) = rows(plan_of(OURS, "fast", "slow"), measured)
    assert (row.to_best, row.rounds_behind, row.always_behind) == (ratio, rounds_behind, always)
    text = report.render([row], measured, [OURS, "fast", "slow"])
    assert (f"fast, {rounds_behind} of 3 rounds" in text) == row.behind
    assert (f"1 rows, {int(always)} of them in every round" in text) == row.behind


def test_geometric_mean() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1)
    assert geometric_mean([2.0, 4.0, 8.0]) == pytest.approx(4)
    assert geometric_mean([]) == 1


def test_rows_have_rates_shares_and_ratios() -> None:
    plan = plan_of(OURS, "fast", "slow", "empty")
    measured = Measured()
    for name, seconds in {OURS: 1e-6, "fast": 5e-7, "slow": 4e-6}.items():
        measured.timings[name, 1, 0] = timings(seconds, seconds * 2, seconds)
    measured.peaks[1, "narrow", "d"] = [1e10, 1e10]
    measured.peaks[1, "broad", "d"] = [3.0e10, 3.2e10, 4.0e10]
    (row,) = rows(plan, measured)
    assert row.case is PRODUCT
    assert row.rate == pytest.approx(16_000 / 1e-6)
    assert row.peak_share == pytest.approx(0.4)
    assert row.ratios == pytest.approx({"fast": 0.5, "slow": 4.0})
    assert row.best == "fast"
    assert row.to_best == pytest.approx(0.5)
    assert row.behind
    overall = means([row])[-1]
    assert (overall.title, overall.count) == ("all rows", 1)
    assert overall.to_best == pytest.approx(0.5)
    assert mean("", [row, row]).ratios == pytest.approx({"fast": 0.5, "slow": 4.0})
    text = report.render([row], measured, [each.name for each in plan.candidates])
    assert "dgemm 20                           1     16.00   40%      0.50      4.00" in text
    assert "1 of 1 rows" in text


def test_picture_has_a_panel_for_every_number_of_threads(tmp_path: Path) -> None:
    def row(case: Case, threads: int, **ratios: float) -> Row:
        return Row(case, threads, 1e9, 0.5, {name: [ratio] for name, ratio in ratios.items()})

    path = tmp_path / "new" / "x.svg"
    figure.check(path)
    figure.write(path, [row(PRODUCT, 1, MKL=0.5, PyPI=40.0), row(DOT, 1, MKL=0.01), row(PRODUCT, 2, MKL=1.0)])
    # Letters are drawn as outlines; each text is in a comment.
    texts = re.findall(r"<!-- (.*) -->", path.read_text(encoding="utf-8"))
    assert {"1 thread", "2 threads", "MKL", "PyPI", "products", "dot"} <= set(texts)


def test_picture_without_matplotlib_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ToolError, match="pip install --group bench"):
        figure.check(tmp_path / "x.png")


def test_progress_tells_what_how_far_and_how_long() -> None:
    now, stream = [0.0], io.StringIO()
    progress = Progress(100, stream, clock=lambda: now[0])
    progress.step("first", 25)
    now[0] = 50.0
    progress.step("second", 75)
    assert stream.getvalue().splitlines() == [
        "  0 %  first, 0 s",
        " 25 %  second, 50 s, about 2 min 30 s left",
    ]


def test_load_of_others_is_noticed() -> None:
    readings = iter([(10.0, 5.0, 100.0), (13.0, 7.0, 102.0), (20.0, 7.0, 200.0), (20.0, 7.0, 202.0)])
    load = Load(lambda: next(readings))
    with load:
        pass  # 3 s of all, 2 s of ours, 2 s long
    assert load.others == pytest.approx(0.5)
    assert load.disturbing
    with load:
        pass  # nobody works
    assert load.others == pytest.approx(0.25)


def test_own_children_count_as_our_own() -> None:
    busy, own, clock = read_clocks()
    subprocess.run([sys.executable, "-c", "sum(range(10_000_000))"], check=True)
    after = read_clocks()
    assert after[1] - own > 0.05
    assert after[0] - busy >= after[1] - own - 0.1  # the kernel counts in ticks
    assert after[2] > clock


# The worker


def test_foreign_settings_do_not_reach_a_worker() -> None:
    candidate = Candidate("a", Path("a.so"), search=(Path("/x"),), environment={"MKL_INTERFACE_LAYER": "ILP64"})
    foreign = {"OPENBLAS_CORETYPE": "Haswell", "OMP_NUM_THREADS": "9", "MKL_DYNAMIC": "0", "PATH": "/bin"}
    made = worker.environment(candidate, 2, foreign)
    assert made["PATH"] == "/bin"
    assert made["LD_LIBRARY_PATH"] == "/x"
    assert made["OPENBLAS_NUM_THREADS"] == made["OMP_NUM_THREADS"] == made["MKL_NUM_THREADS"] == "2"
    assert made["MKL_INTERFACE_LAYER"] == "ILP64"
    assert not made.keys() & {"OPENBLAS_CORETYPE", "MKL_DYNAMIC"}


def test_worker_measures_right_results(driver: driver_build.Driver, compiler: Compiler) -> None:
    answers = measure(driver, fake(compiler, "right"), 3, PRODUCT, *PRODUCTS, DOT, SOLVE, LU)
    assert answers.library == {"version": "Fake 1.0", "threads": "3", "ready": ""}
    assert answers.absent == {6: "dgetrf"}
    assert answers.timings.keys() == set(range(6))
    assert all(timing.right and timing.residual < 5 for timing in answers.timings.values())
    assert all(1e-9 < timing.seconds < 0.1 and timing.samples >= 1 for timing in answers.timings.values())
    assert not answers.end


def test_same_row_again_takes_more_samples(driver: driver_build.Driver, compiler: Compiler) -> None:
    with started(driver, fake(compiler, "again", "-DWRONG"), 1) as process:
        process.measure(3, Request(PRODUCT, 0.001))
        first = process.answers.timings[3]
        process.measure(3, Request(PRODUCT, 0.001, check=False))
        second = process.answers.timings[3]
        assert second.samples > first.samples
        assert second.seconds <= first.seconds
        assert second.residual == first.residual > 1e6
        process.measure(4, Request(DOT, 0.001))
        assert process.answers.timings[4].right
        process.measure(3, Request(PRODUCT, 0.001))
        assert process.answers.timings[3].residual == first.residual


def test_worker_notices_wrong_results(driver: driver_build.Driver, compiler: Compiler) -> None:
    answers = measure(driver, fake(compiler, "wrong", "-DWRONG"), 1, PRODUCT, DOT)
    assert not answers.timings[0].right
    assert answers.timings[0].residual > 1e6
    assert answers.timings[1].right


def test_worker_notices_wrong_width_of_integers(driver: driver_build.Driver, compiler: Compiler) -> None:
    right = fake(compiler, "wide")
    narrow = Candidate(right.name, right.library, right.prefix, right.suffix, bits=32)
    answers = measure(driver, narrow, 1, PRODUCT)
    assert answers.end or not answers.timings[0].right


def test_answers_before_a_crash_count(driver: driver_build.Driver, compiler: Compiler) -> None:
    answers = measure(driver, fake(compiler, "crash", "-DCRASH"), 1, DOT, PRODUCT, DOT)
    assert answers.timings.keys() == {0}
    assert answers.end == "signal SIGABRT"


def test_row_that_takes_too_long_ends_its_process(driver: driver_build.Driver, compiler: Compiler) -> None:
    with started(driver, fake(compiler, "hangs", "-DSLOW"), 1) as process:
        process.measure(0, Request(DOT, 0.001))
        process.measure(1, Request(PRODUCT, 1000, limit=0.2))
    assert process.answers.timings.keys() == {0}
    assert process.answers.end == "stopped after 0.2 s"


def test_process_that_is_ended_between_its_rows(driver: driver_build.Driver, compiler: Compiler) -> None:
    with started(driver, fake(compiler, "ended"), 1) as process:
        process.measure(0, Request(DOT, 0.001))
        os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.1)
        process.measure(1, Request(DOT, 0.001))
    assert process.answers.timings.keys() == {0}
    assert process.answers.end == "signal SIGKILL"


def test_process_stands_still_between_its_rows(driver: driver_build.Driver, compiler: Compiler) -> None:
    with started(driver, fake(compiler, "still"), 1) as process:
        for index in range(2):
            process.measure(index, Request(DOT, 0.001))
            assert state(process) == "T"
        assert process.answers.timings.keys() == {0, 1}


def test_process_runs_on_the_cpus_that_it_is_given(driver: driver_build.Driver, compiler: Compiler) -> None:
    all_of_them = os.sched_getaffinity(0)
    one = {max(all_of_them)}
    with started(driver, fake(compiler, "pinned"), 1, one) as process:
        assert os.sched_getaffinity(process.pid) == one
        assert os.sched_getaffinity(0) == all_of_them
    with started(driver, fake(compiler, "free"), 1) as process:
        assert os.sched_getaffinity(process.pid) == all_of_them


def test_library_that_cannot_be_loaded_is_an_error(driver: driver_build.Driver, tmp_path: Path) -> None:
    broken = tmp_path / "libx.so"
    broken.write_text("no library", encoding="utf-8")
    with pytest.raises(worker.WorkerError, match=r"libx\.so cannot be loaded: .*libx\.so: file too short"):
        measure(driver, Candidate("x", broken), 1)


def test_run_compares_and_reports(driver: driver_build.Driver, compiler: Compiler, tmp_path: Path) -> None:
    ours = fake(compiler, OURS)
    slow, wrong = fake(compiler, "slow", "-DSLOW"), fake(compiler, "wrong", "-DWRONG")
    gone = Candidate("gone", tmp_path / "libgone.so")
    plan = Plan((PRODUCT, DOT, LU), [ours, slow, wrong, gone], [1], 2, 0.001)
    measured = execute(plan, driver)
    product, dot = rows(plan, measured)
    assert product.ratios.keys() == {"slow"}
    assert product.ratios["slow"] > 10
    assert dot.ratios.keys() == {"slow", "wrong"}
    # A product of the slow one takes 20 ms, the others' parts less.
    assert all(timing.samples >= 3 for timing in measured.timings[OURS, 1, 0].values())
    assert (measured.wrong, measured.broken) == ({("wrong", 1, 0)}, {"gone"})
    assert [remark.split(":")[0] for remark in measured.remarks][:2] == ["left out", "wrong, 1 thread"]
    assert 0 < product.rate < math.inf
    assert product.peak_share is not None
    assert 0 < product.peak_share < 1
    repeat(measured, plan, driver, {(1, 1)}, 2)
    assert [sorted(measured.timings["slow", 1, index]) for index in (0, 1)] == [[0, 1], [0, 1, 2, 3]]
    assert "rows that were measured in 2 more rounds: 1" in measured.remarks
    content = results.collect(Plan(plan.cases, plan.candidates[:3], [1], 2, 0.001), measured, [product, dot], driver)
    assert content["rows"][0]["seconds"].keys() == {OURS, "slow"}
    assert content["candidates"][OURS]["version"] == "Fake 1.0"


def test_callers_have_a_rate_together(driver: driver_build.Driver, compiler: Compiler) -> None:
    """A call that sleeps for 20 ms: three callers get three times what one gets."""
    slow = fake(compiler, "slow", "-DSLOW")
    one, three = (callers.measure(driver, slow, callers.Setting(PRODUCT, 1, number), 0.2)[0] for number in (1, 3))
    assert 20 < one <= 50
    assert three == pytest.approx(3 * one, rel=0.3)


def test_callers_note_wrong_results_and_missing_routines(driver: driver_build.Driver, compiler: Compiler) -> None:
    some = [fake(compiler, "right"), fake(compiler, "wrong", "-DWRONG")]
    settings = [callers.Setting(case, 1, number) for case in (PRODUCT, LU) for number in (1, 2)]
    some[0] = Candidate(OURS, some[0].library, "my_", "x", 64)
    rates = callers.execute(driver, some, settings, 1, 0.01)
    assert rates.over(OURS, settings[1], OURS, settings[0])
    assert not rates.over(OURS, settings[0], "wrong", settings[0])
    assert any("wrong, dgemm 20, 2 callers: wrong by" in each for each in rates.remarks)
    assert any("dgetrf 9, 1 threads, 1 callers: absent dgetrf" in each for each in rates.remarks)
    table = callers.render(rates, settings, ["wrong"])
    assert re.search(r"^dgemm 20 +[\d,]+ +\d+\.\d\d  \| ", table, re.MULTILINE)


def test_callers_end_with_a_broken_process(driver: driver_build.Driver, compiler: Compiler) -> None:
    with pytest.raises(ToolError, match="dgemm 20, 1 threads, 2 callers: exit status"):
        callers.measure(driver, fake(compiler, "crash", "-DCRASH"), callers.Setting(PRODUCT, 1, 2), 0.01)


def test_callers_of_no_number_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert callers.main(["--callers", "1,x"]) == 1
    assert "--callers 1,x: want whole numbers" in capsys.readouterr().err


def test_peak_of_two_precisions(driver: driver_build.Driver) -> None:
    for rates in worker.peak(driver, 1).values():
        assert rates["s"] > rates["d"] > 1e8


# The command line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rows", "nothing"], "no row fits nothing"),
        (["--without", "Debain"], "there is no such candidate; there are PyPI, MKL, Debian, BLIS"),
        (["--wheel", "missing.whl"], "there is no file missing.whl"),
        (["--figure", "x.gif"], "the name must end in one of .png, .svg, .pdf"),
    ],
)
def test_mistakes_are_told(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*arguments, "--folder", str(tmp_path)]) == 1
    assert message in capsys.readouterr().err


def test_missing_candidates_are_left_out_with_one_line(
    compiler: Compiler, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = fake(compiler, OURS).library
    monkeypatch.setenv("PATH", str(tmp_path))
    arguments = ["--wheel", str(library), "--without", "PyPI", "--without", "MKL", "--folder", str(tmp_path)]
    assert [each.name for each in cli.gather(cli.parser().parse_args(arguments))] == [OURS]
    assert capsys.readouterr().out.splitlines() == [
        "*** left out: Debian: this system has no apt",
        "*** left out: BLIS: this system has no apt",
    ]


def test_run_without_the_wheels_results_fails(
    compiler: Compiler, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = fake(compiler, OURS).library  # its names are not those of the wheel
    without = [f"--without={name}" for name in ("PyPI", "MKL", "Debian", "BLIS")]
    rest = ["--rows=ddot 1000", "--threads=1", "--rounds=1", f"--folder={tmp_path / 'bench'}"]
    assert cli.main([f"--wheel={library}", *without, *rest]) == 1
    assert "written: " in capsys.readouterr().out


def test_names_of_candidates_are_taken_once(compiler: Compiler, tmp_path: Path) -> None:
    library = fake(compiler, "x").library
    both = [f"--candidate=x={library}", f"--candidate=x={library}"]
    without = [f"--without={name}" for name in ("PyPI", "MKL", "Debian", "BLIS")]
    options = cli.parser().parse_args(["--wheel", str(library), *both, *without, "--folder", str(tmp_path)])
    with pytest.raises(SettingError, match="two candidates are called x"):
        cli.gather(options)
