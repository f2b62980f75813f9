"""Random calls of a library: shapes, memory, numbers, threads, callers, forks and stacks at random, results compared.

Modules, each knowing only those before it: `memory` (pieces of memory with guards), `operands` (matrices and vectors in
them), `traced` (what NumPy makes of numbers, with its errors and with what depends on NaN and Inf), `outcomes` (what
has to come out), `cases` (calls), `level1`, `level2`, `level3`, `factors`, `inverses`, `spectra` (the routines),
`routines` (the table of all), `worker` (cases one after another in a process of their own), `__main__` (starts it again
where a case kills it).
"""
