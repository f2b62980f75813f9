"""The overlay's machinery, on trees of a few files; the project's own manifest is read too."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from artifacts import ROOT
from openblas_build import overlay
from openblas_build.errors import OverlayError
from openblas_build.overlay import Manifest, Plan, Situation
from openblas_build.overlay.draft import Draft, digest_of
from openblas_build.overlay.tables import TABLES_FILE, tables
from openblas_build.sources.lock import LOCK_FILE, Lock

LOCKED = Situation("1.0", "x86_64", "GNU", locked=True)
FOREIGN = Situation("0.9", "x86_64", "GNU", locked=False)

COMMON = 'what = "w"\nwhy = "y"\nshown-by = "t"\nupstream = "u"\nopenblas = ["1.0"]\n'


def entry(name: str, kind: str, actions: str, fields: str = "") -> str:
    return f'[[change]]\nid = "{name}"\nkind = "{kind}"\n{COMMON}{fields}\n{actions}\n'


def edit(file: str, find: str, put: str, more: str = "") -> str:
    return f'[[change.edit]]\nfiles = ["{file}"]\nfind = "{find}"\nput = "{put}"\n{more}'


FIX = entry("mend", "fix", edit("a.c", "bad", "good"))
SPEED = entry("quick", "speed", edit("b.c", "slow", "fast", "count = 2\n")) + entry(
    "quicker", "speed", edit("a.c", "good", "best"), 'needs = ["quick"]'
)


class Case:
    """A tree and an overlay in folders of their own."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.overlay, self.target = folder / "tree", folder / "overlay", folder / "target"
        self.write({"a.c": "bad\n", "b.c": "slow slow\n", "sub/c.f": "C\n"})
        (self.overlay / "tree").mkdir(parents=True)

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def own(self, name: str, text: str) -> None:
        path = self.overlay / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def manifest(self, text: str) -> Manifest:
        (self.overlay / "manifest.toml").write_text(text)
        return Manifest.read(self.overlay)

    def plan(self, text: str, situation: Situation = LOCKED, mode: str = "auto") -> Plan:
        return overlay.plan(self.manifest(text), self.tree, situation, mode)

    def written(self, plan: Plan) -> dict[str, str]:
        overlay.write(plan, self.target)
        return {
            path.relative_to(self.target).as_posix(): path.read_text()
            for path in self.target.rglob("*")
            if path.is_file() and path.name not in (Path(TABLES_FILE).name, overlay.RECORD_FILE)
        }


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def states(plan: Plan) -> dict[str, str]:
    return {outcome.change.id: outcome.state for outcome in plan.outcomes}


def test_all_of_it_applies(case: Case) -> None:
    plan = case.plan(FIX + SPEED)
    assert plan.kernels == "tuned"
    assert case.written(plan) == {"a.c": "best\n", "b.c": "fast fast\n", "sub/c.f": "C\n"}
    assert (case.tree / "a.c").read_text() == "bad\n"


def test_stock_keeps_fixes_and_nothing_for_speed(case: Case) -> None:
    plan = case.plan(FIX + SPEED, mode="stock")
    assert plan.kernels == "stock"
    assert case.written(plan) == {"a.c": "good\n", "b.c": "slow slow\n", "sub/c.f": "C\n"}
    assert states(plan) == {"mend": "applies", "quick": "left out", "quicker": "left out"}


@pytest.mark.parametrize("text", ["slow\n", "slow slow slow\n", "other\n"])
def test_auto_takes_all_of_speed_or_nothing(case: Case, text: str) -> None:
    case.write({"b.c": text})
    plan = case.plan(SPEED.replace('needs = ["quick"]', "").replace('find = "good"', 'find = "bad"'))
    assert plan.kernels == "stock"
    assert "quick does not apply: b.c: has `slow`" in plan.why
    assert case.written(plan)["a.c"] == "bad\n"
    with pytest.raises(OverlayError, match=r"quick: b\.c: has `slow`.*\n.*auto or stock"):
        case.plan(SPEED, mode="tuned")


def test_speed_is_for_the_versions_machines_and_compilers_that_it_says(case: Case) -> None:
    # The text would fit; what it calls may not.
    other = Situation("1.1", "x86_64", "GNU", locked=False)
    assert "for OpenBLAS 1.0 only, not for 1.1" in case.plan(FIX + SPEED, other).why
    clang = Situation("1.0", "x86_64", "Clang", locked=True)
    gnu_only = SPEED.replace(COMMON, COMMON + 'compilers = ["GNU"]\n')
    assert "for GNU only, not for Clang" in case.plan(FIX + gnu_only, clang).why
    elsewhere = SPEED.replace(COMMON, COMMON + 'machines = ["aarch64"]\n')
    assert case.plan(FIX + elsewhere).why == "there are no changes for speed on x86_64"


def test_fix_is_for_the_systems_that_it_says(case: Case) -> None:
    windows = FIX.replace(COMMON, COMMON + 'systems = ["Windows"]\n')
    assert case.plan(windows).outcomes[0].reason == "for Windows only"
    there = Situation("1.0", "x86_64", "GNU", locked=True, system="Windows")
    assert states(case.plan(windows, there)) == {"mend": "applies"}


def test_fix_that_misses_the_locked_tree_stops_the_build(case: Case) -> None:
    case.write({"a.c": "other\n"})
    with pytest.raises(OverlayError, match=r"mend: a\.c: has `bad` 0 times, not once"):
        case.plan(FIX)


def test_fix_that_misses_another_tree_is_left_out_wholly(case: Case) -> None:
    two = entry("mend", "fix", edit("a.c", "bad", "good") + edit("b.c", "not there", "x"))
    plan = case.plan(two, FOREIGN)
    assert states(plan) == {"mend": "left out"}
    assert "b.c: has `not there` 0 times" in plan.outcomes[0].reason
    assert case.written(plan)["a.c"] == "bad\n"


def test_what_every_tree_needs_stops_the_build_of_another_tree_too(case: Case) -> None:
    needed = entry("needed", "build", edit("a.c", "not there", "x"), "required = true")
    with pytest.raises(OverlayError, match=r"0\.9 can't be built.*\nneeded: a\.c"):
        case.plan(needed, FOREIGN)


def test_change_without_what_it_needs_is_left_out(case: Case) -> None:
    first = entry("first", "fix", edit("a.c", "not there", "x"))
    second = entry("second", "fix", edit("b.c", "slow slow", "x"), 'needs = ["first"]')
    plan = case.plan(first + second, FOREIGN)
    assert states(plan)["second"] == "left out"
    assert plan.outcomes[1].reason == "needs first"


def test_nothing_to_mend_where_the_files_are_there(case: Case) -> None:
    text = entry("lists", "build", edit("a.c", "bad", "x"), 'absent = ["b.c"]')
    assert states(case.plan(text)) == {"lists": "left out"}
    (case.tree / "b.c").unlink()
    assert states(case.plan(text)) == {"lists": "applies"}


def test_nothing_to_mend_where_the_files_are_missing(case: Case) -> None:
    text = entry("lists", "build", edit("a.c", "bad", "x"), 'present = ["d.c"]')
    assert states(case.plan(text)) == {"lists": "left out"}
    case.write({"d.c": ""})
    assert states(case.plan(text)) == {"lists": "applies"}


def test_change_for_another_version_is_none_for_the_locked_one(case: Case) -> None:
    text = FIX.replace('openblas = ["1.0"]', 'openblas = ["0.9"]')
    assert states(case.plan(text)) == {"mend": "left out"}
    assert states(case.plan(text, FOREIGN)) == {"mend": "applies"}


def test_replaced_file_stays_under_another_name(case: Case) -> None:
    case.own("sub/c.f", "ours\n")
    text = entry("ours", "fix", f'[change.replace]\n"sub/c.f" = "{digest_of("C" + chr(10))}"')
    assert case.written(case.plan(text)) == {
        "a.c": "bad\n",
        "b.c": "slow slow\n",
        "sub/c.f": "ours\n",
        "sub/openblas_c.f": "C\n",
    }
    case.write({"sub/c.f": "another\n"})
    with pytest.raises(OverlayError, match=r"sub/c\.f: is another file"):
        case.plan(text)


def test_template_makes_a_file_for_each_type(case: Case) -> None:
    case.write({"sub/sx.f": "S\n", "sub/dx.f": "D\n"})
    case.own("sub/x.f.in", "@X@ @N@\n")
    rows = "".join(
        f'[change.template.makes."sub/{x.lower()}x.f"]\nwas = "{digest_of(x + chr(10))}"\nX = "{x}"\n' for x in "SD"
    )
    text = entry("made", "speed", f'[[change.template]]\ntemplate = "sub/x.f.in"\nvalues = {{ N = 8 }}\n{rows}')
    written = case.written(case.plan(text))
    assert (written["sub/sx.f"], written["sub/dx.f"]) == ("S 8\n", "D 8\n")


def test_edit_for_several_types(case: Case) -> None:
    case.write({"sub/sx.f": "SCOPY REAL\n", "sub/zx.f": "ZCOPY COMPLEX*16\n"})
    text = entry(
        "typed",
        "fix",
        '[[change.edit]]\ntypes = "sz"\nfiles = ["sub/@x@x.f"]\nfind = "@X@COPY @TYPE@"\nbefore = "@x@ "\n',
    )
    written = case.written(case.plan(text))
    assert (written["sub/sx.f"], written["sub/zx.f"]) == ("s SCOPY REAL\n", "z ZCOPY COMPLEX*16\n")


def test_flags_by_file_family_and_macro(case: Case) -> None:
    flags = (
        '[[change.flags]]\nfiles = ["*.c"]\nexcept = ["b.c"]\nfamilies = ["HASWELL"]\nwithout = ["B0"]\n'
        'flags = ["-mfma"]\n'
        '[[change.flags]]\ntargets = ["interface"]\nflags = ["-O1", "-g"]\n'
    )
    plan = case.plan(entry("flags", "build", flags))
    text = tables(plan.applied, plan.draft)
    assert "set([[OVERLAY_RULES_OF_a.c]] [[0]])" in text
    assert "OVERLAY_RULES_OF_b.c" not in text
    assert "set([[OVERLAY_RULE_0_FAMILIES]] [[HASWELL]])" in text
    assert "list(APPEND OVERLAY_FLAGS_OF_TARGET_interface -O1 -g)" in text
    with pytest.raises(OverlayError, match=r"x/\*\.c: names no file"):
        case.plan(entry("flags", "build", '[[change.flags]]\nfiles = ["x/*.c"]\nflags = ["-O1"]\n'))


def test_second_writing_touches_only_what_is_different(case: Case) -> None:
    case.written(case.plan(FIX + SPEED))
    for path in case.target.rglob("*"):
        os.utime(path, (1, 1))
    case.written(case.plan(FIX + SPEED))
    same = {path.name: path.stat().st_mtime == 1 for path in case.target.rglob("*") if path.is_file()}
    assert all(same[name] for name in ("a.c", "b.c"))
    # Back to the original: it must look newer than what was compiled of the other text.
    case.written(case.plan(FIX + SPEED, mode="stock"))
    assert (case.target / "b.c").stat().st_mtime > (case.tree / "b.c").stat().st_mtime
    assert (case.target / "b.c").read_text() == "slow slow\n"


def test_what_is_no_longer_there_goes(case: Case) -> None:
    case.own("new.c", "new\n")
    case.written(case.plan(entry("new", "fix", "", 'add = ["new.c"]')))
    assert (case.target / "new.c").exists()
    (case.tree / "sub" / "c.f").unlink()
    assert set(case.written(case.plan(FIX))) == {"a.c", "b.c"}


def test_build_folder_in_the_tree_and_links_in_a_circle_are_no_part_of_it(case: Case) -> None:
    (case.tree / "sub" / "circle").symlink_to(case.tree)
    target = case.tree / "build" / "x" / "tree"
    target.mkdir(parents=True)
    (target.parent / "object.o").touch()
    overlay.write(case.plan(FIX), target)
    overlay.write(case.plan(FIX), target)
    written = {str(path.relative_to(target)) for path in target.rglob("*") if path.suffix in {".c", ".f", ".o"}}
    assert written == {"a.c", "b.c", "sub/c.f"}


def test_bytes_that_are_no_text_stay(case: Case) -> None:
    (case.tree / "a.c").write_bytes(b"bad \xff\r\n")
    plan = case.plan(FIX)
    overlay.write(plan, case.target)
    assert (case.target / "a.c").read_bytes() == b"good \xff\r\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[change]]\n", "without id"),
        (FIX.replace('"fix"', '"mend"'), "is of kind 'mend'; there are fix, build, speed"),
        (FIX + FIX, "mend is there twice"),
        (entry("x", "fix", "", 'needs = ["y"]'), "needs y, not there before it"),
        (FIX.replace("put", "putt"), "mend is not understood"),
        (FIX.replace("why", "reason"), "fields that nobody knows: reason"),
        ("nonsense", "is broken"),
    ],
)
def test_broken_manifest_is_named(case: Case, text: str, message: str) -> None:
    with pytest.raises(OverlayError, match=re.escape(message)):
        case.manifest(text)


# --- The project's own ---------------------------------------------------------------------------------------


def test_every_file_of_the_overlay_is_used() -> None:
    manifest = Manifest.read(ROOT / "overlay")
    text = (ROOT / "overlay" / "manifest.toml").read_text(encoding="utf-8")
    added = [
        pattern
        for change in manifest.changes
        for action in change.actions
        for pattern in getattr(action, "patterns", ())
    ]
    used = {path for pattern in added for path in manifest.tree.glob(pattern)}
    for path in manifest.tree.rglob("*"):
        name = path.relative_to(manifest.tree).as_posix()
        assert path.is_dir() or path in used or f'"{name}"' in text, name


def test_all_changes_for_speed_are_for_the_locked_version() -> None:
    version = Lock.read(ROOT / "openblas_src" / LOCK_FILE).openblas.version
    for change in Manifest.read(ROOT / "overlay").changes:
        assert version in change.openblas or change.kind == "build", change.id
        assert all((change.what, change.why, change.shown_by, change.upstream)), change.id


def test_own_c_files_are_for_windows_too() -> None:
    # long has 32 bits there, and its headers have macros of the other names.
    for path in (ROOT / "overlay" / "tree").rglob("*.[ch]"):
        code = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"(?<!long )\blong\b(?! long)|\b(far|near)\b", code), path


def test_draft_of_a_draft_leaves_the_first_alone(tmp_path: Path) -> None:
    draft = Draft(tmp_path)
    branch = draft.branch()
    branch.put("x", "text")
    assert not draft.exists("x")
    draft.adopt(branch)
    assert draft.read("x") == "text"
