"""Functions of LAPACKE, as its header declares them, called with values made up by the names of their arguments."""

from __future__ import annotations

import ctypes
import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[Any]
Numbers = Mapping[str, int]
Letters = Mapping[str, bytes]

ROWS, COLUMNS = 101, 102
_BESIDE = 64  # numbers before and behind every array, which nothing may touch
_MARK = 0x5B

_NUMBERS = {
    "float": np.float32,
    "double": np.float64,
    "lapack_complex_float": np.complex64,
    "lapack_complex_double": np.complex128,
    "lapack_int": np.int64,
    "lapack_logical": np.int64,
    "char": np.uint8,
}
_C_TYPES = {"float": ctypes.c_float, "double": ctypes.c_double}

# Letters for each argument that has some; what a function does not know it refuses, by rows as by columns.
_LETTERS = {
    "uplo": "UL", "trans": "NTC", "trana": "NT", "tranb": "NT", "side": "LR", "diag": "NU", "norm": "1IMF",
    "transr": "NTC", "jobz": "NVSAO", "range": "AIV", "fact": "NE", "equed": "N", "sort": "NS", "direct": "FB",
    "storev": "CR", "job": "NVEBSP", "vect": "NVQPBU", "compq": "NIV", "compz": "NIV", "jobu": "NSAUOFRC",
    "jobvt": "NSAOV", "jobv": "NVSJAR", "jobvl": "NV", "jobvr": "NV", "jobvs": "NV", "jobvsl": "NV", "jobvsr": "NV",
    "jobq": "NQI", "joba": "GCEMHLUA", "jobr": "NRT", "jobt": "NT", "jobp": "NP", "sense": "NBEV", "balanc": "NB",
    "howmny": "ABS", "eigsrc": "NQ", "initv": "N", "order": "EB", "id": "I", "type": "GLU", "dist": "U", "sym": "NS",
    "pack": "N", "way": "CR", "signs": "DO", "jobu1": "YN", "jobu2": "YN", "jobv1t": "YN", "jobv2t": "YN",
}  # fmt: skip
_NUMBERS_OF = {
    "kl": 2, "ku": 1, "kd": 2, "ka": 2, "kb": 1, "nrhs": 3, "ilo": 1, "il": 2, "iu": 3, "nb": 2, "mb": 2, "ncvt": 2,
    "nru": 4, "ncc": 3, "p": 4, "l": 2, "q": 3, "itype": 1, "ijob": 1, "isgn": 1, "mv": 3, "idist": 1, "k1": 1, "k2": 3,
    "mode": 3, "ifst": 1, "ilst": 3, "i1": 1, "i2": 3, "incx": 1, "tsize": 500, "ltb": 200, "mb1": 6, "nb1": 2,
    "nb2": 2, "n_err_bnds": 0, "nparams": 0, "vl": -1e3, "vu": 1e3, "abstol": 0, "anorm": 1, "rcond": -1, "tola": 1e-6,
    "tolb": 1e-6, "alpha": 0.5, "beta": 0.25, "cfrom": 1, "cto": 2, "cond": 2, "dmax": 1, "tol": -1, "tau": 0.5,
    "wantq": 1, "wantz": 1, "forwrd": 1, "flag": 1,
}  # fmt: skip
# Matrices whose factors, or forms, are triangles: numbers below would be pairs that are none.
_OF_TRIANGLES = re.compile("(trevc|trexc|trsen|trsna|trsyl3?|tgevc|tgexc|tgsen|tgsna|tgsyl|tgsja)$")
_PACKED = {"ap", "afp", "bp"}
# Arguments with a triangle in rectangular packed form that are not named as elsewhere.
_RECTANGULAR = {"hfrk": "c", "sfrk": "c", "tfsm": "a", "pftrf": "a", "pftri": "a", "pftrs": "a", "tftri": "a"}


@dataclass(frozen=True)
class Argument:
    """One argument of a declaration."""

    type: str
    pointer: bool
    name: str


@dataclass(frozen=True)
class Function:
    """A declaration."""

    name: str
    returned: str
    arguments: Sequence[Argument]

    def letters(self, most: int = 150) -> list[dict[str, bytes]]:
        """All letters for the arguments that take some, or `most` sets of them that are not chosen anew each time."""
        names = [a.name for a in self.arguments if a.type == "char" and not a.pointer]
        chosen = list(itertools.product(*(_LETTERS.get(name, "N") for name in names)))
        if len(chosen) > most:
            chosen = random.Random(len(chosen)).sample(chosen, most)  # noqa: S311 - nothing secret
        return [{name: value.encode() for name, value in zip(names, each)} for each in chosen]

    def matrices(self) -> list[str]:
        """The names of its matrices, which have leading dimensions."""
        leading = {a.name for a in self.arguments}
        return [a.name for a in self.arguments if a.pointer and f"ld{a.name}" in leading]


class Memory:
    """An array with numbers beside it on both sides."""

    def __init__(self, values: Matrix) -> None:
        self._all = np.zeros(values.size + 2 * _BESIDE, values.dtype)
        self._all.view(np.uint8)[:] = _MARK
        self.values = self._all[_BESIDE : _BESIDE + values.size]
        self.values[:] = values

    def untouched(self) -> bool:
        """Whether nothing was written beside the array."""
        return all((each.view(np.uint8) == _MARK).all() for each in (self._all[:_BESIDE], self._all[-_BESIDE:]))


class Lapacke:
    """The library's LAPACKE, which its header describes.

    Every matrix is the corner of one of the order `room`, in the same place by rows and by columns.
    """

    def __init__(self, library: Path, header: Path, room: int = 24) -> None:
        self._library, self.room = ctypes.CDLL(str(library)), room
        self.functions = {
            each.name: each
            for each in declared(header)
            if hasattr(self._library, f"scipy_LAPACKE_{each.name}64_")
        }  # fmt: skip

    def check_for_nan(self, how: bool) -> None:
        self._library.scipy_LAPACKE_set_nancheck64_(int(how))

    def call(self, name: str, layout: int, sizes: Numbers, letters: Letters, given: Mapping[str, Matrix]) -> Call:
        """Call a function; `given` are arrays, by columns, in the place of those made up."""
        function = self.functions[name]
        call = Call(function, layout, {"ihi": sizes["n"], "mm": self.room, "nzc": self.room, **sizes}, letters)
        arguments = call.prepare(self.room, given)
        called = getattr(self._library, f"scipy_LAPACKE_{name}64_")
        called.restype = _C_TYPES.get(function.returned, ctypes.c_int64)
        result = called(*arguments)
        call.info, call.value = (0, result) if function.returned in _C_TYPES else (result, 0.0)
        return call


class Call:
    """The arguments of a call, and what came of it."""

    def __init__(self, function: Function, layout: int, numbers: Numbers, letters: Letters) -> None:
        self._function, self._layout, self._numbers, self._letters = function, layout, numbers, letters
        self._matrices = set(function.matrices())
        self.names = {argument.name for argument in function.arguments}
        self._arrays: dict[str, Memory] = {}
        self.room = 0
        self.before: dict[str, Matrix] = {}
        self.info, self.value = 0, 0.0
        self._keep: list[Any] = []

    def after(self) -> dict[str, Matrix]:
        """What is in the arrays, in the order of columns whatever the layout."""
        return {
            name: memory.values[self._by_rows(name)] if self._layout == ROWS else memory.values.copy()
            for name, memory in self._arrays.items()
        }

    def touched_beside(self) -> list[str]:
        """The arrays before or behind which something was written."""
        return [name for name, memory in self._arrays.items() if not memory.untouched()]

    def prepare(self, room: int, given: Mapping[str, Matrix]) -> list[Any]:
        """Make the arguments."""
        self.room = room
        return [self._value(argument, given) for argument in self._function.arguments]

    def _value(self, argument: Argument, given: Mapping[str, Matrix]) -> Any:
        name = argument.name
        if argument.pointer:
            values = given[name] if name in given else self._made_up(argument)
            self.before[name] = values.copy()
            memory = self._arrays[name] = Memory(values)
            if self._layout == ROWS:
                memory.values[self._by_rows(name)] = values
            return ctypes.c_void_p(memory.values.ctypes.data)
        if name == "matrix_layout":
            return ctypes.c_int(self._layout)
        if argument.type == "char":
            return ctypes.c_char(self._letters[name])
        if "SELECT" in argument.type:
            self._keep.append(ctypes.CFUNCTYPE(ctypes.c_int64)(lambda: 0))
            return self._keep[-1]
        room = self.room if name.startswith("ld") else None
        return _by_value(argument.type, self._numbers.get(name, _NUMBERS_OF.get(name, room) or 0))

    def _made_up(self, argument: Argument) -> Matrix:
        kind, name, room = np.dtype(_NUMBERS[argument.type]), argument.name, self.room
        if kind.kind in "iu":
            return _integers(name, self._numbers["n"], room) if kind.kind == "i" else np.full(8, ord("N"), kind)
        numbers = np.random.default_rng(len(name) * 131 + ord(name[0]))
        matrix = numbers.uniform(-1, 1, (room, room)) + 1j * numbers.uniform(-1, 1, (room, room)) * (kind.kind == "c")
        if name not in self._matrices | _PACKED and not self._is_rectangular(name):
            return _narrowed(np.resize(_vector(name, matrix), 40 * room), kind)
        matrix = (matrix + matrix.conj().T) / 2 + np.diag(20 + np.arange(room))
        if _OF_TRIANGLES.search(self._function.name):
            matrix = np.triu(matrix)
        if name in {"ab", "bb", "afb"} and "uplo" in self._letters:
            own = next((each for each in ("kb" if name == "bb" else "ka", "kd") if each in self.names), "kd")
            np.fill_diagonal(matrix, 0.5)
            matrix[self._numbers.get(own, int(_NUMBERS_OF[own])) if self._letters["uplo"] == b"U" else 0] = 20
        if name in _PACKED:
            packed = [matrix[i, j] for i, j in self._packed(name)]
            matrix.T.flat[: len(packed)] = packed
        return _narrowed(matrix.T.ravel(), kind)

    def _by_rows(self, name: str) -> Matrix:
        """The places of an array's numbers by rows, in the order that they have by columns."""
        places = np.arange(self.before[name].size)
        if name in self._matrices:
            return places.reshape(self.room, self.room).T.ravel()
        if self._is_rectangular(name):
            order = self._order(name)
            rows, columns = (order, (order + 1) // 2) if order % 2 else (order + 1, order // 2)
            if self._letters["transr"] != b"N":
                rows, columns = columns, rows
            places[: rows * columns] = np.arange(rows * columns).reshape(rows, columns).T.ravel()
        elif name in _PACKED:
            packed = self._packed(name)
            numbers = {place: number for number, place in enumerate(sorted(packed))}
            places[: len(packed)] = [numbers[place] for place in packed]
        return places

    def _packed(self, name: str) -> list[tuple[int, int]]:
        """The places of a packed triangle's numbers in the matrix, by columns."""
        order, upper = self._order(name), self._letters["uplo"] == b"U"
        return [(i, j) for j in range(order) for i in (range(j + 1) if upper else range(j, order))]

    def _is_rectangular(self, name: str) -> bool:
        return name == "arf" or _RECTANGULAR.get(self._function.name[1:]) == name

    def _order(self, name: str) -> int:
        left = self._letters.get("side") == b"L"
        return self._numbers["m" if left and name in {"ap", "a"} else "n"]


def declared(header: Path) -> Iterator[Function]:
    """The functions that a header declares."""
    text = re.sub(r"/\*.*?\*/|^\s*#.*?$", "", header.read_text(), flags=re.DOTALL | re.MULTILINE)
    for returned, name, arguments in re.findall(r"(\w+)\s+(?:scipy_)?LAPACKE_(\w+?)(?:64_)?\s*\(([^;]*?)\)\s*;", text):
        parts = re.findall(r"(\w+)\s*(\*?)\s*(\w+)\s*(?:,|$)", arguments.replace("const ", ""))
        yield Function(name, returned, [Argument(kind, bool(star), own) for kind, star, own in parts])


def _narrowed(values: Matrix, kind: np.dtype[Any]) -> Matrix:
    return (values if kind.kind == "c" else values.real).astype(kind)


def _vector(name: str, matrix: Matrix) -> Matrix:
    if name in {"d", "w", "s", "df"}:
        return 3 + np.arange(matrix.size) / 10
    return matrix / 4 if name == "tau" else matrix.real / 4


def _by_value(kind: str, number: float) -> Any:
    if kind in _C_TYPES:
        return _C_TYPES[kind](number)
    if "complex" in kind:
        # A structure of two is passed as a complex number is.
        real = ctypes.c_float if kind.endswith("float") else ctypes.c_double
        return type(kind, (ctypes.Structure,), {"_fields_": [("real", real), ("imaginary", real)]})(number, number / 2)
    return ctypes.c_int64(int(number))


def _integers(name: str, order: int, room: int) -> Matrix:
    if name in {"jpvt", "m", "ifail"}:
        return np.zeros(40 * room, np.int64)
    if name == "select":
        return np.arange(40 * room) % 2
    if name == "iseed":
        return np.array([1, 2, 3, 5])
    if name in {"iblock", "ifst"}:
        return np.ones(40 * room, np.int64)
    return np.minimum(np.arange(40 * room) + 1, order)
