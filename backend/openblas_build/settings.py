"""The options of a build: config-settings and environment in, one frozen object out."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Union

from . import paths
from .errors import SettingError
from .naming import ACCEPTED, ILP64, INTERFACES, Interface, Naming, accepts, convention

# What PEP 517 front ends hand over: pip and build give lists for keys given more than once.
ConfigSettings = Mapping[str, Union[str, Sequence[str]]]

CONFIG_PREFIX = "openblas."
# Not OPENBLAS_: those names belong to the library's own run time (OPENBLAS_NUM_THREADS
# is set on many machines and must not change what is built).
ENVIRONMENT_PREFIX = "SCIPY_OPENBLAS_"

THREADING = ("pthreads", "openmp", "none")
KERNELS = ("auto", "tuned", "stock")

_SHOWN = 120  # characters of a value in an error


def _number(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]+", text) or not lowest <= int(text) <= highest:
            msg = f"a whole number from {lowest} to {highest}"
            raise ValueError(msg)
        return int(text)

    return parse


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(", ".join(choices))
        return text

    return parse


def _cpu(text: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", text):
        msg = "the name of a CPU family in capitals as in OpenBLAS's TargetList.txt, e.g. HASWELL"
        raise ValueError(msg)
    return text


def _cpus(text: str) -> tuple[str, ...]:
    names = tuple(name for name in re.split(r"[\s,;]+", text) if name)
    try:
        names = tuple(_cpu(name) for name in names)
    except ValueError:
        names = ()
    if not names:
        msg = "CPU families in capitals with commas or blanks between, e.g. HASWELL,SKYLAKEX"
        raise ValueError(msg)
    return names


def _glibc(text: str) -> str:
    if text != "native" and not re.fullmatch(r"2\.[0-9]{1,2}", text):
        msg = "a version of glibc such as 2.17 or 2.28, or native for this machine's own"
        raise ValueError(msg)
    return text


def _tag(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", text):
        msg = "a wheel's platform tag, e.g. manylinux_2_17_aarch64"
        raise ValueError(msg)
    return text


def _naming(text: str) -> str:
    if not accepts(text):
        raise ValueError(ACCEPTED)
    return text


def _launcher(text: str) -> str:
    if not text or text != text.strip():
        msg = "auto, none, or a program such as ccache or sccache"
        raise ValueError(msg)
    return text


@dataclass(frozen=True)
class Option:
    """One option: `parse` turns its text into a value, or raises ValueError with what is accepted."""

    key: str
    parse: Callable[[str], Any]
    accepts: str
    meaning: str

    @property
    def field(self) -> str:
        """The name of its field in `Settings`."""
        return self.key.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return ENVIRONMENT_PREFIX + self.field.upper()


OPTIONS: tuple[Option, ...] = (
    Option("platform", _tag, "platform tag", "the platform to build for; this machine's own if there is none"),
    Option("num-threads", _number(1, 1024), "1 to 1024", "the most threads that the library can use"),
    Option("threading", _one_of(*THREADING), " | ".join(THREADING), "what runs the threads"),
    Option("target", _cpu, "CPU family", "the oldest CPU that the library runs on"),
    Option("dynamic-list", _cpus, "CPU families", "further CPUs with kernels of their own, chosen at run time"),
    Option("glibc", _glibc, "2.17, 2.28 ... or native", "the oldest C library that the library runs with"),
    Option("interface", _one_of(*INTERFACES), " | ".join(INTERFACES), "64-bit or 32-bit integers"),
    Option("naming", _naming, "convention or pattern", "how the library and its symbols are called"),
    Option(
        "kernels", _one_of(*KERNELS), " | ".join(KERNELS), "this project's changes for speed: if all apply, all, none"
    ),
    Option("source", paths.source, "path", "an OpenBLAS tree or archive of your own"),
    Option("archives", paths.folder, "folder", "where the lock's archives are looked for first"),
    Option("jobs", _number(1, 4096), "1 to 4096", "how many compilers run at once"),
    Option(
        "compiler-launcher", _launcher, "auto | none | program", "a compiler cache; auto takes ccache if it is there"
    ),
)

_BY_KEY = {option.key: option for option in OPTIONS}
_BY_VARIABLE = {option.variable: option for option in OPTIONS}


@dataclass(frozen=True)
class Settings:
    """What the user asked for; None where the platform's table or the tools decide."""

    platform: str | None = None
    num_threads: int = 64
    threading: str = "pthreads"
    target: str | None = None
    dynamic_list: tuple[str, ...] | None = None
    glibc: str | None = None
    interface: str = ILP64.name
    naming: str = "scipy"
    kernels: str = "auto"
    source: Path | None = None
    archives: Path | None = None
    jobs: int | None = None
    compiler_launcher: str = "auto"

    @classmethod
    def load(cls, config: ConfigSettings | None, environ: Mapping[str, str]) -> Settings:
        """Read the options; a config-setting wins over its environment variable.

        Raises:
            SettingError: an option with our prefix that does not exist, a bad value, or two that exclude each other.
        """
        values: dict[str, Any] = {}
        for variable in sorted(environ):
            if variable.startswith(ENVIRONMENT_PREFIX):
                option = _known(variable, _BY_VARIABLE, "environment variable")
                values[option.field] = _parsed(option, variable, environ[variable])
        for key, value in sorted((config or {}).items()):
            if key.startswith(CONFIG_PREFIX):
                option = _known(key.removeprefix(CONFIG_PREFIX), _BY_KEY, "option", CONFIG_PREFIX)
                values[option.field] = _parsed(option, key, _single(key, value))
        settings = cls(**values).threads_agreed()
        convention(settings.naming, settings.interface_value)  # not every one is for every interface
        return settings

    def threads_agreed(self) -> Settings:
        """Return the settings with ``num_threads=1`` and ``threading=none`` together: they are the same library."""
        one = self.num_threads == 1 or self.threading == "none"
        return replace(self, num_threads=1, threading="none") if one else self

    @property
    def interface_value(self) -> Interface:
        """The interface that `interface` names."""
        return INTERFACES[self.interface]

    @property
    def naming_value(self) -> Naming:
        """The convention that `naming` means for this interface."""
        return convention(self.naming, self.interface_value)

    def environment(self) -> dict[str, str]:
        """Return the environment variables that `load` reads back as these settings."""
        return {
            option.variable: _text(value) for option in OPTIONS if (value := getattr(self, option.field)) is not None
        }


def foreign(config: ConfigSettings | None) -> dict[str, str | list[str]]:
    """Return the config-settings that are not ours: scikit-build-core's, which checks them itself."""
    return {
        key: value if isinstance(value, str) else list(value)
        for key, value in (config or {}).items()
        if not key.startswith(CONFIG_PREFIX)
    }


def _known(name: str, known: Mapping[str, Option], kind: str, prefix: str = "") -> Option:
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {prefix}{near[0]}?" if near else ""
    msg = f"unknown {kind} {prefix}{name}{hint}\nthere are: {', '.join(prefix + each for each in known)}"
    raise SettingError(msg)


def _single(key: str, value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return value
    if len(set(value)) != 1:
        msg = f"option {key} is given more than once, with {' and '.join(value)}; give it once"
        raise SettingError(msg)
    return value[0]


def _parsed(option: Option, name: str, text: str) -> Any:
    try:
        return option.parse(text)
    except ValueError as error:
        shown = repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}... ({len(text):,} characters)"
        msg = f"{name}={shown} is no good: it takes {error}"
        raise SettingError(msg) from None


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return os.fspath(value) if isinstance(value, Path) else str(value)


def defaults() -> dict[str, Any]:
    """Return the default of every option by its key."""
    blank = Settings()
    return {option.key: getattr(blank, option.field) for option in OPTIONS}
