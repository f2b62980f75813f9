"""cibuildwheel, run for real: its configuration in pyproject.toml builds, tests and leaves a wheel that is audited.

Its images come from a registry, which not every machine reaches. So an image is made of a Debian in a folder, with
what cibuildwheel looks for in one of its own.
"""
