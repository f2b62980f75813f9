"""A wheel for another machine, really run: ``make test PLATFORM=<tag>``.

Modules: `emulation` (the kernel starts that machine's programs through an emulator), `system` (a Debian of that machine
in a folder), `trials` (what is run there), `cpu_parameters` (getarch, both ways), `matrix` (all platforms). Needs
root, and of the network only Debian's mirror.
"""
