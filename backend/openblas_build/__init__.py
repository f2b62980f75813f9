"""Build OpenBLAS into a wheel: the in-tree build backend.

Data flows one way, and a module imports only from those before it::

    errors, console, run          what everybody uses
    naming, settings              what the user asked for, as values
    targets                       what to build for, and with which tools: a table and the strategies that it names
    sources                       a verified tree
    cmake                         the options, for CMakeLists.txt
    symbols, relink, static,
    headers                       what CMake calls once the archive is built
    audit                         the finished library held against its contract
    wheel                         name, tag, licences, archive
    pipeline, hooks               the order of it all, and its PEP 517 and 660 face
"""
