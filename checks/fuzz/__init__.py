"""Random calls of a library: shapes, memory, numbers, threads, callers, forks and stacks at random, results compared.

Modules, each knowing only those before it: `memory` (arrays with guards), `routines` (what is called, and what NumPy
makes of it), `worker` (cases one after another in a process of their own), `__main__` (starts it again where a case
kills it).
"""
