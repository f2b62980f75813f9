"""``python backend COMMAND``: the steps of a build from the command line."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import cmake, cpus, headers, overlay, project, relink, static, targets
from .audit import Contract, audit_file, audit_library, render, to_json
from .console import complain
from .errors import AuditError, BuildError, SettingError, told
from .naming import ILP64, INTERFACES, convention
from .settings import CONFIG_PREFIX, Settings
from .symbols import Plan, defined_symbols
from .targets import NATIVE, ROWS, here, row_of
from .targets.c_libraries import C_LIBRARIES
from .targets.formats import FORMATS
from .targets.tools import find_launcher

_ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except (BuildError, OSError, KeyboardInterrupt) as error:
        complain(told(error))
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python backend", description="The steps of a build, one by one.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    _add_audit(commands)
    _add_tree(commands)
    _add_library(commands)
    return parser


def _add_audit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    audit = commands.add_parser("audit", help="hold a wheel or a library against the contract")
    audit.add_argument("file", type=Path, help="a wheel (.whl) or a shared library")
    audit.add_argument("--json", action="store_true", help="print the result as JSON")
    audit.add_argument("--kernels", nargs="+", default=None, metavar="CPU", help="the kernels that must be there")
    audit.add_argument("--naming", help="convention or pattern to follow, instead of the one that the names show")
    audit.add_argument("--interface", choices=INTERFACES, help="the integers that the library must count in")
    audit.set_defaults(run=_audit)


def _add_tree(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    source = commands.add_parser("source", help="bring the source tree and print its path")
    source.add_argument("--lock", action="store_true", help="write tree.sha256 anew and print the lock's lines")
    source.set_defaults(run=_source)

    configure = commands.add_parser("configure", help="tell CMake what follows from the options")
    configure.add_argument("--output", type=Path, required=True, help="the CMake script to write")
    configure.add_argument("--tree", type=Path, required=True, help="where to write the source tree with our changes")
    configure.add_argument("--compiler", required=True, help="C compiler that builds it")
    configure.add_argument("settings", nargs="*", metavar="OPTION=VALUE", help="options, as in NUM_THREADS=64")
    configure.set_defaults(run=_configure)

    changes = commands.add_parser("overlay", help="list every change to OpenBLAS, with its state on a tree")
    changes.add_argument("--tree", type=Path, help="an OpenBLAS tree or archive, instead of the lock's")
    changes.add_argument("--json", action="store_true", help="print the list as JSON")
    changes.set_defaults(run=_overlay)


def _add_library(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    called = argparse.ArgumentParser(add_help=False)
    called.add_argument("--naming", default="scipy", help="naming convention or pattern")
    called.add_argument("--interface", choices=INTERFACES, default=ILP64.name, help="the integers of the archive")
    called.add_argument(
        "--platform",
        default=f"linux_{here.machine()}",
        help="platform tag, or linux_ and a machine; by default this",
    )

    link = commands.add_parser(
        "relink", parents=[called], help="rename an archive's symbols, link it, audit the result"
    )
    link.add_argument("--archive", type=Path, required=True, help="OpenBLAS's static library")
    link.add_argument("--output", type=Path, required=True, help="the shared library to make")
    link.add_argument("--work", type=Path, required=True, help="folder for what is made on the way")
    link.add_argument("--object", type=Path, nargs="*", default=[], dest="objects", help="further objects to link")
    link.add_argument("--compiler", required=True, help="C compiler that links")
    link.add_argument("--objcopy", required=True, help="objcopy of GNU binutils or LLVM")
    link.add_argument("--link", action="append", default=[], dest="link_flags", help="further flag of the link")
    link.add_argument("--c-version", default=NATIVE, help="the oldest C library to run with, or native")
    link.add_argument("--threading", default="pthreads", help="what runs the threads")
    link.add_argument("--kernels", nargs="+", required=True, metavar="CPU", help="the kernels that must be there")
    link.add_argument("--forbid-path", nargs="*", default=[], help="paths that the library must not mention")
    link.set_defaults(run=_relink)

    library = commands.add_parser("static", parents=[called], help="write a static library with names of its own")
    library.add_argument("--archive", type=Path, required=True, help="OpenBLAS's static library")
    library.add_argument("--output", type=Path, required=True, help="folder for the static library")
    library.add_argument("--object", type=Path, nargs="*", default=[], dest="objects", help="further objects")
    library.add_argument("--objcopy", required=True, help="objcopy of GNU binutils or LLVM")
    library.add_argument("--ar", required=True, help="ar of GNU binutils or LLVM")
    library.set_defaults(run=_static)

    declare = commands.add_parser("headers", parents=[called], help="write the headers with the library's names")
    declare.add_argument("--archive", type=Path, required=True, help="OpenBLAS's static library")
    declare.add_argument("--output", type=Path, required=True, help="folder to write to")
    declare.add_argument("headers", type=Path, nargs="+", help="OpenBLAS's headers")
    declare.set_defaults(run=_headers)


def _audit(options: argparse.Namespace) -> int:
    interface = INTERFACES.get(options.interface)
    contract = Contract(
        naming=convention(options.naming, interface or ILP64) if options.naming else None,
        interface=interface,
        kernels=tuple(options.kernels) if options.kernels else None,
    )
    report = audit_file(options.file, contract)
    print(json.dumps(to_json(report), indent=2) if options.json else render(report))
    return 0 if report.ok else 1


def _configure(options: argparse.Namespace) -> int:
    given = (text.partition("=") for text in options.settings)
    config = {CONFIG_PREFIX + name.lower().replace("_", "-"): value for name, _, value in given}
    settings = Settings.load(config, os.environ)
    target = targets.chosen(settings)
    environ = {**os.environ, "CC": shlex.quote(options.compiler)}
    launcher = find_launcher(settings.compiler_launcher, environ, target.tools.c)
    tree = project.locate_tree(_ROOT, settings)
    cpus.check(tree.path, target)
    compiler = target.tools.c_compiler(environ)
    target = targets.compilable(target, compiler, listed=settings.dynamic_list is not None)
    changes = project.plan_changes(_ROOT, tree, target.row, compiler.id, settings.kernels)
    project.write_tree(changes, options.tree)
    with project.licenses(_ROOT, tree):
        pass  # for the install tree
    version = project.wheel_version(_ROOT, tree)
    script = cmake.script(cmake.variables(settings, target, options.tree, version, launcher))
    options.output.write_text(script, encoding="utf-8")
    return 0


def _overlay(options: argparse.Namespace) -> int:
    settings = Settings.load({CONFIG_PREFIX + "source": str(options.tree)} if options.tree else None, os.environ)
    target = targets.chosen(settings)
    with _news_on_stderr():
        tree = project.locate_tree(_ROOT, settings)
    situation = project.situation(tree, target.row, target.tools.c_compiler(os.environ).id)
    outcomes = overlay.survey(project.read_overlay(_ROOT), tree.path, situation)
    print(json.dumps(overlay.to_json(outcomes), indent=2) if options.json else overlay.render(outcomes))
    return 0


def _static(options: argparse.Namespace) -> int:
    naming = convention(options.naming, INTERFACES[options.interface])
    form = FORMATS[row_of(options.platform).object_format]
    static.write_static(options.archive, options.objects, options.output, naming, (options.objcopy, options.ar), form)
    return 0


def _source(options: argparse.Namespace) -> int:
    settings = Settings.load(None, os.environ)
    with _news_on_stderr():
        if options.lock:
            result = "\n".join(project.write_tree_list(_ROOT, settings).lines)
        else:
            result = str(project.locate_tree(_ROOT, settings).path)
    print(result)
    return 0


@contextmanager
def _news_on_stderr() -> Iterator[None]:
    # What was asked for goes to standard output alone, for scripts.
    real = sys.stdout
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        sys.stdout = real


def _relink(options: argparse.Namespace) -> int:
    row = row_of(options.platform)
    c_library = C_LIBRARIES[row.c_library]
    tools = relink.Toolset(
        options.compiler,
        options.objcopy,
        c_library.linkage(options.c_version, row.zig_target, options.objcopy, options.work),
        options.objects,
        options.link_flags,
        FORMATS[row.object_format],
        c_library.name,
    )
    interface = INTERFACES[options.interface]
    naming = convention(options.naming, interface)
    names = tools.object_format.link_names(naming.library)
    if options.output.name != names.file_name:
        msg = f"the library of the naming {options.naming} is called {names.file_name}, not {options.output.name}"
        raise SettingError(msg)
    staged = options.work / "audited" / names.file_name
    relink.relink(options.archive, staged, naming, tools, options.work)
    contract = Contract(
        naming=naming,
        interface=interface,
        machine=row.machine if row.tag in ROWS else None,
        c_library=c_library,
        kernels=tuple(options.kernels),
        threading=options.threading,
        c_version=None if options.c_version == NATIVE else options.c_version,
        forbidden=tuple(options.forbid_path),
    )
    report = audit_library(staged, contract)
    if not report.ok:
        raise AuditError(render(report))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    for name in names.files:
        (staged.parent / name).replace(options.output.parent / name)
    return 0


def _headers(options: argparse.Namespace) -> int:
    interface = INTERFACES[options.interface]
    prefix = FORMATS[row_of(options.platform).object_format].prefix
    plan = Plan.make(defined_symbols(options.archive, prefix), convention(options.naming, interface))
    headers.write_headers(options.headers, options.output, plan, ilp64=interface.is_ilp64)
    return 0
