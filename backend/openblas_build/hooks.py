"""The hooks of PEP 517 and PEP 660, each a call of the pipeline around scikit-build-core's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scikit_build_core import build as skbuild

from . import pipeline
from .console import complain
from .errors import BuildError, told
from .settings import ConfigSettings, Settings, foreign

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]


@contextmanager
def _errors_told() -> Iterator[None]:
    """Turn our own errors into their text and exit status 1: the front end adds its own words."""
    try:
        yield
    except (BuildError, OSError, KeyboardInterrupt) as error:
        with suppress(OSError):  # a pipe that nobody reads any more
            sys.stdout.flush()
        complain(told(error))
        raise SystemExit(1) from None


def build_wheel(
    wheel_directory: str,
    config_settings: ConfigSettings | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the finished wheel; see PEP 517."""
    with _errors_told():
        return pipeline.build_wheel(skbuild.build_wheel, Path(wheel_directory), config_settings, metadata_directory)


def build_editable(
    wheel_directory: str,
    config_settings: ConfigSettings | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build an editable wheel; see PEP 660."""
    with _errors_told():
        return pipeline.build_editable(
            skbuild.build_editable, Path(wheel_directory), config_settings, metadata_directory
        )


def build_sdist(sdist_directory: str, config_settings: ConfigSettings | None = None) -> str:
    """Build the source distribution; see PEP 517."""
    with _errors_told():
        return pipeline.build_sdist(skbuild.build_sdist, sdist_directory, config_settings)


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: ConfigSettings | None = None) -> str:
    """Make the wheel's metadata without building it; see PEP 517."""
    with _errors_told():
        return pipeline.prepare_metadata(skbuild.prepare_metadata_for_build_wheel, metadata_directory, config_settings)


def prepare_metadata_for_build_editable(metadata_directory: str, config_settings: ConfigSettings | None = None) -> str:
    """Make the editable wheel's metadata without building it; see PEP 660."""
    with _errors_told():
        return pipeline.prepare_metadata(
            skbuild.prepare_metadata_for_build_editable, metadata_directory, config_settings
        )


def get_requires_for_build_wheel(config_settings: ConfigSettings | None = None) -> list[str]:
    """Return what the build needs besides the static requirements: CMake and Ninja where they are missing."""
    with _errors_told():
        return pipeline.requirements(skbuild.get_requires_for_build_wheel, config_settings)


def get_requires_for_build_editable(config_settings: ConfigSettings | None = None) -> list[str]:
    """Return what an editable build needs besides the static requirements."""
    with _errors_told():
        return pipeline.requirements(skbuild.get_requires_for_build_editable, config_settings)


def get_requires_for_build_sdist(config_settings: ConfigSettings | None = None) -> list[str]:
    """Return what a source distribution needs besides the static requirements."""
    with _errors_told():
        Settings.load(config_settings, {})
        return list(skbuild.get_requires_for_build_sdist(foreign(config_settings)))
