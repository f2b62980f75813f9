"""Build OpenBLAS into a wheel: the in-tree build backend.

Data flows one way, and a module imports only from those before it::

    errors, console, run          what everybody uses
    naming, settings, platforms   what the user asked for, as values
    toolchain, sources            what is needed to start: compilers, a verified tree
    cmake                         the options, for CMakeLists.txt
    symbols, relink, static,
    headers                       what CMake calls once the archive is built
    audit                         the finished library held against its contract
    wheel                         name, tag, licences, archive
    pipeline, hooks               the order of it all, and its PEP 517 and 660 face
"""
