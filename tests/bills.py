"""Bills of materials, and the program that knows what they have to be."""

from __future__ import annotations

import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.spdx import is_supported_id
from cyclonedx.validation.json import JsonStrictValidator

# Of what licences there may be.
SPDX_IDS = frozenset({"BSD-2-Clause-Views", "BSD-3-Clause", "BSD-3-Clause-Open-MPI"})


def assert_valid(text: str) -> None:
    """Hold a bill against the schema of the version that it says it has."""
    version = SchemaVersion[f"V{json.loads(text)['specVersion'].replace('.', '_')}"]
    error = JsonStrictValidator(version).validate_str(text)
    assert error is None, error
    assert [each for each in SPDX_IDS if not is_supported_id(each)] == []
