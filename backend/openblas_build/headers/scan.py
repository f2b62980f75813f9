"""Which functions a C header declares, and where, without a preprocessor.

A header is read as it is written, with the branches of all its conditionals, for the result has
to serve every consumer, whatever he defines. So a declaration is what lies between two semicolons
outside of braces; names may be written by the macros that OpenBLAS and LAPACK have for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""
      (?P<comment>   /\*.*?\*/ | //[^\n]* )
    | (?P<directive> ^[ \t]*\#(?: [^\n\\/] | \\\n | \\. | /\*.*?\*/ | /(?!\*) )* )
    | (?P<string>    "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | (?P<word>      [A-Za-z_]\w* )
    | (?P<number>    \.?\d[\w.]* )
    | (?P<other>     \S )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_ALIAS = re.compile(r"\s*#\s*define\s+(\w+)\s+(.+)", re.DOTALL)

# The macros that write a function's name, and what they make of their first argument where OpenBLAS's
# names are the plain ones: Fortran's names get an underscore.
_NAME_MACROS = {"BLASFUNC": "{}_", "LAPACK_GLOBAL": "{}_", "LAPACK_GLOBAL_SUFFIX": "{}_", "API_SUFFIX": "{}"}
# Words with parentheses behind them that name nothing.
_ATTRIBUTES = ("__attribute__", "__declspec")


@dataclass(frozen=True)
class Token:
    """A word, a string or a sign, and where it begins and ends."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Declaration:
    """A function or variable that others define: OpenBLAS's own name of it, and the text's part that declares it."""

    name: str
    start: int
    end: int


def declarations(text: str) -> list[Declaration]:
    """Return what the header `text` declares and does not define, in its order."""
    scan = _Scan()
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "directive":
            scan.directive(match[0])
        elif match.lastgroup != "comment":
            scan.token(Token(match[0], match.start(), match.end()))
    return scan.found


@dataclass
class _Scan:
    """The state between two tokens: the statement so far, and how many braces are open in it."""

    found: list[Declaration] = field(default_factory=list)
    aliases: dict[str, Sequence[Token]] = field(default_factory=dict)
    statement: list[Token] = field(default_factory=list)
    braces: int = 0

    def directive(self, text: str) -> None:
        match = _ALIAS.match(text)
        if match:
            body = [Token(each[0], each.start(), each.end()) for each in _TOKEN.finditer(match[2])]
            self.aliases[match[1]] = body

    def token(self, token: Token) -> None:
        if token.text == "{" and not self.braces and [each.text for each in self.statement] == ["extern", '"C"']:
            self.statement.clear()  # what is inside counts as if it were outside
        elif token.text == "}" and not self.braces:
            self.statement.clear()  # the end of extern "C"
        elif self.braces:
            self.braces += {"{": 1, "}": -1}.get(token.text, 0)
            if not self.braces and self._is_definition():
                self.statement.clear()
        elif token.text == ";":
            self._end(token)
        else:
            self.statement.append(token)
            self.braces += token.text == "{"

    def _is_definition(self) -> bool:
        # A function's body ends its definition, where the body of a type is only a part of it.
        return self.statement[0].text != "typedef" and any(each.text == "(" for each in self.statement)

    def _end(self, semicolon: Token) -> None:
        statement, self.statement = self.statement, []
        name = _declared(statement, self.aliases)
        if name is not None:
            self.found.append(Declaration(name, statement[0].start, semicolon.end))


def _declared(statement: Sequence[Token], aliases: Mapping[str, Sequence[Token]]) -> str | None:
    if not statement or statement[0].text == "typedef":
        return None
    for place in _parentheses(statement):
        if statement[place - 1].text not in _ATTRIBUTES:
            return _name(statement[place - 1 :], aliases)
    return statement[-1].text if statement[0].text == "extern" else None


def _parentheses(statement: Sequence[Token]) -> Iterator[int]:
    """Yield where the outermost parentheses open, but at the very beginning."""
    depth = 0
    for place, token in enumerate(statement):
        if token.text == "(":
            if not depth and place:
                yield place
            depth += 1
        elif token.text == ")":
            depth -= 1


def _name(tokens: Sequence[Token], aliases: Mapping[str, Sequence[Token]]) -> str:
    """Return the name that `tokens` begin with, written out or by a macro."""
    first = tokens[0].text
    if first in _NAME_MACROS and len(tokens) > 2:  # noqa: PLR2004 - the macro, a parenthesis, its argument
        return _NAME_MACROS[first].format(tokens[2].text)
    # Aliases are looked up once only: one that stands for itself would never end.
    return _name(aliases[first], {}) if first in aliases else first
