"""What standard C and C++ and careful compilers ask of a header, and OpenBLAS's headers do not heed.

With the changes here they compile without a warning at ``-pedantic -Wall -Wextra``, by GCC and Clang, from
C99 to C23 and from C++11 to C++23. A header of another form, without what is looked for, stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CONFIG = "lapacke_config.h"
_TYPEDEF = re.compile(r"^typedef\b[^;{}#]*?(\w+)(?:\)\s*\([^;{}#]*)?;$", re.MULTILINE)

# C++ has std::complex and no _Complex; compilers have it all the same, and are quiet about it in a declaration
# that says __extension__. A type's own name, as macros have none, is what can be declared so.
_NAMED_COMPLEX = r"""#ifdef __cplusplus
__extension__ typedef \2 _Complex \1_c99;
#define \1 \1_c99
#else
#define \1 \2 _Complex
#endif"""

# A complex number of C++ is returned as one of C is, which Clang does not take for granted.
_RETURNS_COMPLEX = r"""#if defined(__cplusplus) && defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wreturn-type-c-linkage"
#endif
\g<0>#if defined(__cplusplus) && defined(__clang__)
#pragma clang diagnostic pop
#endif
"""


@dataclass(frozen=True)
class _Rule:
    """A text of OpenBLAS's headers and what takes its place, in one header or in all of them."""

    pattern: str
    replacement: str
    header: str | None = None

    def applied(self, name: str, text: str) -> str:
        if self.header not in (None, name):
            return text
        return re.sub(self.pattern, self.replacement, text, flags=re.MULTILINE)


_RULES: Sequence[_Rule] = (
    # A file ends with the end of a line.
    _Rule(r"(?<=[^\n])\Z", r"\n"),
    # What the system's headers declare in C++ is not for extern "C".
    _Rule(
        r"^(#ifdef __cplusplus\n)#if .*\n(#include <complex>\n)#endif\n"
        r'(extern "C" \{\n#endif.*\n)\n((?:#include .*\n)+)',
        r"\1\2#endif\n\4\n\1\3",
        _CONFIG,
    ),
    _Rule(r"^#include <complex\.h>$", r"#ifndef __cplusplus\n\g<0>\n#endif", _CONFIG),
    # lapack.h lets a consumer define the types himself.
    _Rule(
        r"^(#ifndef LAPACK_COMPLEX_CUSTOM\n)([\s\S]*?)(?=^lapack_complex_float lapack_make_complex_float\b)",
        r"\1#ifndef lapack_complex_float\n\2#endif /* lapack_complex_float */\n\n",
        _CONFIG,
    ),
    _Rule(r"(?:^lapack_complex_\w+ lapack_make_complex_\w+\([^;]*;\n)+", _RETURNS_COMPLEX),
    _Rule(r"^#define (lapack_complex_(?:float|double))[ \t]+(float|double) _Complex$", _NAMED_COMPLEX),
    # _Float16 is C23's.
    _Rule(r"^([ \t]*)(typedef [^;\n]*\b(?:_Complex|_Float16)\b)", r"\1__extension__ \2"),
)


def shared_types(texts: Iterable[str]) -> frozenset[str]:
    """Return the names that more than one of these headers defines by a one-line ``typedef``."""
    names = Counter(name for text in texts for name in {match[1] for match in _TYPEDEF.finditer(text)})
    return frozenset(name for name, number in names.items() if number > 1)


def conforming(name: str, text: str, shared: frozenset[str]) -> str:
    """Return the header `text` as the standards have it; the types `shared` are defined once, wherever that is."""
    text = _TYPEDEF.sub(lambda match: _once(match) if match[1] in shared else match[0], text)
    for rule in _RULES:
        text = rule.applied(name, text)
    return text


def _once(typedef: re.Match[str]) -> str:
    # C99 takes no second definition, not even of the same type.
    macro = f"{typedef[1].upper()}_DEFINED"
    return f"#ifndef {macro}\n#define {macro}\n{typedef[0]}\n#endif"
