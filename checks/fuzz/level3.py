"""The BLAS's level 3: products and solutions with matrices."""

from __future__ import annotations

from .cases import Call, Case, Maker, traced
from .level2 import hermitian_or_symmetric, solvable, with_diagonal
from .operands import Operand, triangle


def gemm(maker: Maker, name: str) -> Case:
    """C := alpha op(A) op(B) + beta C."""
    m, n, k = maker.size(), maker.size(), maker.size()
    c = maker.matrix(m, n)
    return _gemm(maker, name, c, k, [])


def gemmt(maker: Maker, name: str) -> Case:
    """A triangle of the same."""
    n, k, upper = maker.size(), maker.size(), maker.pick("UL")
    c = maker.operand(maker.random(n, n), triangle(n, upper == "U"))
    return _gemm(maker, name, c, k, [upper])


def _gemm(maker: Maker, name: str, c: Operand, k: int, triangles: list[str]) -> Case:
    left, right, (m, n) = maker.pick("NTC"), maker.pick("NTC"), c.places.shape
    a = maker.matrix(m, k) if left == "N" else maker.matrix(k, m)
    b = maker.matrix(k, n) if right == "N" else maker.matrix(n, k)
    alpha, beta = maker.scalar(), maker.scalar()
    maker.result(c, beta.number)
    wanted = (traced(a).how(left) @ traced(b).how(right)).times(alpha.number) + traced(c).times(beta.number)
    sizes = [n, k] if triangles else [m, n, k]
    arguments = [*triangles, left, right, *sizes, alpha, *a.arguments, *b.arguments, beta, *c.arguments]
    return maker.sums(name, arguments, [(c, wanted)])


def symmetric_product(maker: Maker, name: str) -> Case:
    """C := alpha A B + beta C or alpha B A + beta C, A symmetric or Hermitian."""
    m, n, hermitian = maker.size(), maker.size(), name[1] == "h"
    side, upper = maker.pick("LR"), maker.pick("UL")
    order = m if side == "L" else n
    a = hermitian_or_symmetric(maker, maker.random(order, order), triangle(order, upper == "U"), hermitian)
    b, c, alpha, beta = maker.matrix(m, n), maker.matrix(m, n), maker.scalar(), maker.scalar()
    maker.result(c, beta.number)
    full, other = traced(a).mirrored(hermitian), traced(b)
    product = full @ other if side == "L" else other @ full
    wanted = product.times(alpha.number) + traced(c).times(beta.number)
    arguments = [side, upper, m, n, alpha, *a.arguments, *b.arguments, beta, *c.arguments]
    return maker.sums(name, arguments, [(c, wanted)])


def rank_k(maker: Maker, name: str) -> Case:
    """C := alpha A A^T + beta C or alpha A^T A + beta C; with A^H and real factors for Hermitian C."""
    n, k, hermitian = maker.size(), maker.size(), name[1] == "h"
    upper, how = maker.pick("UL"), maker.pick(_transpositions(maker, hermitian))
    a = maker.matrix(n, k) if how == "N" else maker.matrix(k, n)
    c = hermitian_or_symmetric(maker, maker.random(n, n), triangle(n, upper == "U"), hermitian)
    alpha, beta = maker.scalar(is_real=hermitian), maker.scalar(is_real=hermitian)
    one = traced(a).how(how)
    product = one @ (one.H if hermitian else one.T)
    wanted = product.times(alpha.number) + traced(c).times(beta.number)
    arguments = [upper, how, n, k, alpha, *a.arguments, beta, *c.arguments]
    nothing = (alpha.number == 0 or not k) and beta.number == 1
    if not nothing:
        maker.result(c, beta.number)
    return maker.sums(name, arguments, [(c, wanted)], nothing)


def rank_2k(maker: Maker, name: str) -> Case:
    """C := alpha A B^T + alpha B A^T + beta C and the like; of Hermitian C with conj(alpha) for the second."""
    n, k, hermitian = maker.size(), maker.size(), name[1] == "h"
    upper, how = maker.pick("UL"), maker.pick(_transpositions(maker, hermitian))
    a, b = (maker.matrix(n, k) if how == "N" else maker.matrix(k, n) for _ in range(2))
    c = hermitian_or_symmetric(maker, maker.random(n, n), triangle(n, upper == "U"), hermitian)
    alpha, beta = maker.scalar(), maker.scalar(is_real=hermitian)
    one, two = traced(a).how(how), traced(b).how(how)
    if hermitian:
        products = (one @ two.H).times(alpha.number) + (two @ one.H).times(alpha.number.conjugate())
    else:
        products = (one @ two.T).times(alpha.number) + (two @ one.T).times(alpha.number)
    arguments = [upper, how, n, k, alpha, *a.arguments, *b.arguments, beta, *c.arguments]
    nothing = (alpha.number == 0 or not k) and beta.number == 1
    if not nothing:
        maker.result(c, beta.number)
    return maker.sums(name, arguments, [(c, products + traced(c).times(beta.number))], nothing)


def triangular_product(maker: Maker, name: str) -> Case:
    """B := alpha op(A) B or alpha B op(A) with a triangle."""
    m, n = maker.size(), maker.size()
    side, upper, how, diagonal = maker.pick("LR"), maker.pick("UL"), maker.pick("NTC"), maker.pick("NU")
    order = m if side == "L" else n
    a = maker.operand(maker.random(order, order), triangle(order, upper == "U", diagonal == "U"))
    b, alpha = maker.matrix(m, n), maker.scalar()
    full = with_diagonal(a, diagonal).how(how)
    product = full @ traced(b) if side == "L" else traced(b) @ full
    arguments = [side, upper, how, diagonal, m, n, alpha, *a.arguments, *b.arguments]
    return maker.sums(name, arguments, [(b, product.times(alpha.number))])


def triangular_solution(maker: Maker, name: str) -> Case:
    """B := alpha op(A)^-1 B or alpha B op(A)^-1 with a triangle."""
    m, n = maker.size(), maker.size()
    side, upper, how, diagonal = maker.pick("LR"), maker.pick("UL"), maker.pick("NTC"), maker.pick("NU")
    order = m if side == "L" else n
    a = maker.operand(solvable(maker, order), triangle(order, upper == "U", diagonal == "U"))
    b, alpha = maker.matrix(m, n), maker.scalar()
    full, right = with_diagonal(a, diagonal).how(how), traced(b).times(alpha.number)
    if alpha.number == 0:
        check = maker.near(b, right)
    elif side == "L":
        check = maker.solution(full, b, right)
    else:
        check = maker.solution(full.T, b, right.T, from_right=True)
    arguments = [side, upper, how, diagonal, m, n, alpha, *a.arguments, *b.arguments]
    return maker.case([Call(name, arguments, [b])], [check])


def _transpositions(maker: Maker, hermitian: bool) -> str:
    """What a rank update allows: conjugation for real and for Hermitian matrices."""
    return "NC" if hermitian else "NT" if maker.is_complex else "NTC"
