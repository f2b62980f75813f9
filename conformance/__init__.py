"""Does a BLAS and LAPACK calculate right? LAPACK's and OpenBLAS's own test programs on finished libraries.

From first to last: `facade` puts plain names before a library, `programs` builds the test programs,
`table` says what is run, `runs` runs it and counts, `report` prints the candidates side by side.
"""
