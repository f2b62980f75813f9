"""GitHub's workflows in step with the table of platforms: ``make workflows``.

The files in .github/workflows are written by hand, but for the lists of what is built on which machine, and for the
digests of what is taken from others. `runners` is the table of GitHub's machines, `matrices` makes the lists of it and
of the table of platforms, `pins` reads .github/pins.toml, `files` writes both into the workflows.
"""
