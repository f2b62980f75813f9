"""A consumer built against a wheel and installed with it."""

from __future__ import annotations

from pathlib import Path

from openblas_build.console import say
from openblas_build.errors import ToolError

from .environment import Environment
from .table import BUILD_TOOLS, TEST_TOOLS, Consumer, Way

_LINES_SHOWN = 40


def built(consumer: Consumer, way: Way, openblas: str | Path, folder: Path) -> Environment:
    """Build `consumer` from its source distribution against `openblas`, a wheel or a requirement, in `folder`.

    Returns an environment that it is installed in, with what its tests want.

    Raises:
        ToolError: pip, the build or auditwheel failed.
    """
    title = f"{consumer.name}, {way.title}"
    say(f"{title}: building {consumer.name} {consumer.version}")
    package = consumer.interface.package
    # In the same place for all ways, which is what a compiler cache needs to know the files again.
    builder = Environment.make(folder.parent / "builder", *BUILD_TOOLS, *consumer.requires, openblas)
    config = folder / "pkgconfig"
    config.mkdir(parents=True, exist_ok=True)
    code = f"import {package} as p; print(p.get_pkg_config(use_preloading={way.preload}))"
    (config / "scipy-openblas.pc").write_text(builder.run("-c", code), encoding="utf-8")
    wheel = _wheel(builder, consumer, title, folder / "built", str(config))
    if way.preload:
        environment = Environment.make(folder / "user", *TEST_TOOLS, wheel, openblas)
        # Imported, if it is there, before any extension module is.
        (imported,) = (folder / "user").glob(f"lib/python3*/site-packages/{consumer.name}")
        (imported / "_distributor_init_local.py").write_text(f"import {package}\n", encoding="utf-8")
        return environment
    repaired = folder / "repaired"
    _clear(repaired)
    builder.run("-m", "auditwheel", "repair", "--wheel-dir", repaired, wheel)
    (wheel,) = repaired.glob("*.whl")
    return Environment.make(folder / "user", *TEST_TOOLS, wheel)


def _wheel(builder: Environment, consumer: Consumer, title: str, folder: Path, config: str) -> Path:
    _clear(folder)
    command = ["-m", "pip", "wheel", f"{consumer.name}=={consumer.version}", "--no-binary", consumer.name]
    command += ["--no-deps", "--no-build-isolation", "--no-cache-dir", "--verbose", "--wheel-dir", str(folder)]
    command += [f"--config-settings=setup-args=-D{option}" for option in consumer.options]
    status, lines = builder.watch(f"{title}: compiling", *command, PKG_CONFIG_PATH=config)
    if status:
        msg = "\n".join([f"{title}: the build failed", *lines[-_LINES_SHOWN:]])
        raise ToolError(msg)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _clear(folder: Path) -> None:
    for stale in folder.glob("*.whl"):
        stale.unlink()
