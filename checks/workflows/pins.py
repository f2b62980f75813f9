"""What the workflows take from others, by digest: .github/pins.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openblas_build.errors import BuildError
from openblas_build.toml import tomllib

_ACTION, _IMAGE = r"[0-9a-f]{40}", r"sha256:[0-9a-f]{64}"


@dataclass(frozen=True)
class Pin:
    """A version as people call it, and the digest that is taken."""

    version: str
    digest: str


@dataclass(frozen=True)
class Pins:
    """Actions by owner and name, images by name; `file` has them."""

    file: Path
    actions: Mapping[str, Pin]
    images: Mapping[str, Pin]

    @classmethod
    def read(cls, file: Path) -> Pins:
        """Return what is pinned in a file.

        Raises:
            BuildError: a digest is none.
        """
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        actions = {name: Pin(**each) for name, each in content["actions"].items()}
        images = {name: Pin(**each) for name, each in content["images"].items()}
        for kind, form in ((actions, _ACTION), (images, _IMAGE)):
            for name, pin in kind.items():
                if not re.fullmatch(form, pin.digest):
                    msg = f"{file}: {name}: {pin.digest} is no digest, which looks like {form}"
                    raise BuildError(msg)
        return cls(file, actions, images)

    def action(self, name: str) -> str:
        """Return what a workflow says to use an action: with its digest, and its version for people.

        Raises:
            BuildError: it is not pinned.
        """
        pin = self._pin(self.actions, "action", name)
        return f"{name}@{pin.digest} # {pin.version}"

    def image(self, name: str) -> str:
        """Return an image's name with its tag, for people, and its digest.

        Raises:
            BuildError: it is not pinned.
        """
        pin = self._pin(self.images, "image", name)
        return f"{name}:{pin.version}@{pin.digest}"

    def _pin(self, pins: Mapping[str, Pin], kind: str, name: str) -> Pin:
        if name not in pins:
            msg = f"the {kind} {name} is not pinned; add its version and digest to {self.file}"
            raise BuildError(msg)
        return pins[name]
