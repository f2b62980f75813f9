# The two commands: "make wheel" leaves the wheel in dist/, "make test" runs every test.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
# Programs that pip installs are started by a shell script with the folder's name in it, and are found by PATH.
$(foreach sign,$$ " \ ` : ;,$(if $(findstring $(sign),$(CURDIR)),$(error this folder's name has a $(sign), \
  from below which programs that pip installs cannot be started; move it, or run pip wheel from an environment elsewhere)))
# CMake and Ninja of the environment, for the build as for the tests.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# PLATFORM is a wheel's platform tag; none means this machine.
FOR_PLATFORM := $(PLATFORM:%=-C openblas.platform=%)
# What a wheel is made of. A wheel older than one of these is made anew before it is tested.
SOURCES := $(wildcard pyproject.toml CMakeLists.txt LICENSE README.md openblas_src/sources.toml openblas_src/tree.sha256) \
           $(shell find backend cmake overlay scipy_openblas64 -type f ! -name '*.pyc')

.PHONY: help wheel wheel-lp64 matrix check-matrix test test-lp64 test-openmp lint workflows unit audit check-old check-lapack check-fuzz check-cibuildwheel check-native check-odd check-numpy check-scipy check-variants reproducible compare bench bench-callers bench-build clean

## make help                      this list
# Names in one column, texts in the next.
help:
	@sed -n 's/^## make //p' $(MAKEFILE_LIST) | awk -F '   *' ' \
	  { name[NR] = $$1; text[NR] = $$2; if (length($$1) > width) width = length($$1) } \
	  END { for (i = 1; i <= NR; i++) printf "make %-" width "s  %s\n", name[i], text[i] }'

## make wheel   build the wheel into dist/, installing missing system packages (gfortran, ccache); PLATFORM=TAG for another platform
# Moved there when it is whole: on a full disk pip leaves half of one.
KIND := $(or $(SCIPY_OPENBLAS_INTERFACE),wheel)$(PLATFORM:%=-%)
wheel: $(VENV)/ready cross-tools
	@mkdir -p build dist
	@rm -rf build/new-$(KIND)
	$(RUN) -m pip wheel . --no-deps --no-build-isolation --check-build-dependencies --wheel-dir build/new-$(KIND) --verbose $(FOR_PLATFORM)
	@mv -f build/new-$(KIND)/*.whl dist/
	@rmdir build/new-$(KIND)
	@touch build/$(KIND).stamp
	@ls -l dist/*.whl

## make wheel-lp64     the wheel with 32-bit integers, scipy_openblas32, into dist/
wheel-lp64: $(VENV)/ready
	@SCIPY_OPENBLAS_INTERFACE=lp64 $(MAKE) --no-print-directory wheel

## make matrix   build every platform in both interfaces (hours), and print a table of the wheels
matrix: $(VENV)/ready
	PYTHONPATH=backend $(RUN) -m checks.platforms.matrix $(ARGS)

## make check-matrix    run all of them too, and write the table into docs/platforms.md
check-matrix: $(VENV)/ready
	PYTHONPATH=backend $(RUN) -m checks.platforms.matrix --run $(ARGS)

## make test-lp64      the tests of that wheel, alone and beside the other; builds it if need be
test-lp64: test-packages wheel-if-needed lp64-if-needed
	$(RUN) -m pytest tests/lp64

## make test-openmp    build the library with OpenMP's threads and call it under its settings (20 minutes)
test-openmp: test-packages $(VENV)/ready
	$(RUN) -m pip wheel . --no-deps --no-build-isolation --wheel-dir build/openmp/dist --verbose -C openblas.threading=openmp -C build-dir=build/openmp
	$(RUN) -m pytest tests/openmp

## make test    lint, type checks, unit, wheel and client tests, and OpenBLAS's own; builds the wheel if need be; PLATFORM=TAG runs that one's
ifeq ($(PLATFORM),)
test: test-packages lint wheel-if-needed
	$(RUN) -m pytest
else
test: $(VENV)/ready build/$(KIND).stamp
	@PYTHON=$(PYTHON) PLATFORM=$(PLATFORM) tools/system-packages emulator
	PYTHONPATH=backend $(RUN) -m checks.platforms $(PLATFORM)
endif

## make lint    ruff and mypy; zizmor and GitHub's schema for the workflows
lint: $(VENV)/ready
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	zizmor --offline --pedantic --quiet --no-progress .github/workflows
	check-jsonschema --builtin-schema vendor.github-workflows $(wildcard .github/workflows/*.yml)

## make workflows      write the lists of platforms and the pinned digests into .github/workflows
workflows: $(VENV)/ready
	PYTHONPATH=backend $(RUN) -m checks.workflows

## make unit    the tests that need no wheel
unit: $(VENV)/ready
	$(RUN) -m pytest tests/unit

## make audit FILE=...   hold any wheel or library against the contract
audit: $(VENV)/ready
	$(RUN) backend audit $(FILE)

## make check-old      install the wheel on Debian 11 and 13 and test it there (root, debootstrap)
check-old: $(VENV)/ready
	@command -v debootstrap >/dev/null || apt-get -qq install -y debootstrap
	$(RUN) tools/check_old.py

## make check-numpy    build NumPy against the wheel, vendored and preloaded, and run its tests beside the published wheel's
check-numpy: $(VENV)/ready test-packages wheel-if-needed
	PYTHONPATH=backend $(RUN) -m consumers numpy

## make check-scipy    the same for SciPy and the LP64 wheel (hours)
check-scipy: $(VENV)/ready test-packages lp64-if-needed
	PYTHONPATH=backend $(RUN) -m consumers scipy

## make check-lapack   LAPACK's and OpenBLAS's own test programs on the wheel's library, beside the published one's
check-lapack: $(VENV)/ready wheel-if-needed
	PYTHONPATH=backend $(RUN) -m conformance

## make check-fuzz SECONDS=600 SEED=1    call the wheel's library at random: shapes, memory, numbers, threads, callers, forks, stacks
check-fuzz: $(VENV)/ready wheel-if-needed
	PYTHONPATH=backend $(RUN) -m checks.fuzz --seconds $(or $(SECONDS),600) --seed $(or $(SEED),1)

## make check-variants ARGS=NAME   build the wheel with Clang, without threads, with flags of one's own ..., and test each (hours)
check-variants: $(VENV)/ready test-packages
	$(RUN) tools/check_variants.py $(ARGS)

## make reproducible   build the whole wheel twice, in different folders, and compare the bytes
reproducible: $(VENV)/ready
	$(RUN) tools/reproducible.py

## make check-cibuildwheel   build the wheel by cibuildwheel in a container, and audit it (root, podman, debootstrap)
check-cibuildwheel: $(VENV)/ready
	@PYTHON=$(PYTHON) PLATFORM= tools/system-packages containers
	$(RUN) -m pip install --quiet --group cibuildwheel
	PYTHONPATH=backend $(RUN) -m checks.cibuildwheel $(ARGS)

## make check-native PLATFORM=TAG   run pip wheel in a Debian of that platform, without cross tools (hours, in an emulator)
check-native: $(VENV)/ready
	@PYTHON=$(PYTHON) PLATFORM=$(PLATFORM) tools/system-packages emulator
	PYTHONPATH=backend $(RUN) -m checks.platforms.native $(PLATFORM) $(ARGS)

## make check-odd      build, install and use the wheel in folders with odd names, twice, without a cache (40 minutes)
check-odd: $(VENV)/ready
	$(RUN) tools/check_odd.py

## make compare   sizes, symbols, import time and memory of the wheel beside the published one
compare: $(VENV)/ready wheel-if-needed
	$(RUN) tools/compare.py

## make bench   measure the wheel beside other libraries (30 minutes; ARGS=--quick: 8), draw docs/figures/benchmark.png
bench: $(VENV)/ready
	$(RUN) -m benchmarks --figure docs/figures/benchmark.png $(ARGS)

## make bench-callers   what several callers get at once, beside the published wheel (40 minutes)
bench-callers: $(VENV)/ready
	$(RUN) -m benchmarks.callers $(ARGS)

## make bench-build    what a build costs: OpenBLAS's Makefiles, its CMake, this project, a cross build (an hour; ARGS="wheel-cold wheel-cross")
bench-build: $(VENV)/ready
	$(RUN) tools/bench_build.py $(ARGS)

## make clean   remove what builds left, but for downloaded archives and the compiler cache
clean:
	rm -rf build dist $(VENV) openblas_src/OpenBLAS-* openblas_src/given-* openblas_src/licenses

.PHONY: wheel-if-needed lp64-if-needed test-packages cross-tools
wheel-if-needed: $(VENV)/ready
	@ls dist/scipy_openblas64-*linux*_$$(uname -m).whl >/dev/null 2>&1 || rm -f build/wheel.stamp
	@$(MAKE) --no-print-directory build/wheel.stamp

lp64-if-needed: $(VENV)/ready
	@ls dist/scipy_openblas32-*linux*_$$(uname -m).whl >/dev/null 2>&1 || rm -f build/lp64.stamp
	@$(MAKE) --no-print-directory build/lp64.stamp

# The compilers of another machine, before anything else.
cross-tools:
	@[ -z "$(PLATFORM)" ] || PYTHON=$(PYTHON) PLATFORM=$(PLATFORM) tools/system-packages

# What clients are built with: a C++ compiler, Clang, the system's pkg-config, Python's headers. And what builds and runs
# the one platform that tests/platforms has, and compilers for Windows and macOS; where they cannot be had, those tests say so.
test-packages:
	@PYTHON=$(PYTHON) PLATFORM= tools/system-packages tests
	@PYTHON=$(PYTHON) PLATFORM=manylinux_2_17_aarch64 tools/system-packages emulator || echo "*** aarch64 is not emulated here"
	@PYTHON=$(PYTHON) PLATFORM=win_amd64 tools/system-packages || echo "*** nothing is compiled for Windows here"
	@PYTHON=$(PYTHON) PLATFORM=macosx_10_13_x86_64 tools/system-packages || echo "*** nothing is compiled for macOS here"

build/wheel.stamp $(PLATFORM:%=build/$(KIND).stamp): $(SOURCES)
	@$(MAKE) --no-print-directory wheel

build/lp64.stamp: $(SOURCES)
	@$(MAKE) --no-print-directory wheel-lp64

# It is made anew where it was made in another folder, in a clone that was moved, and for another Python that is given.
ifneq ($(shell tools/environment fits $(VENV) $(if $(filter file,$(origin PYTHON)),,$(PYTHON))),yes)
.PHONY: $(VENV)/ready
endif

$(VENV)/ready: pyproject.toml tools/system-packages tools/environment
	PYTHON=$(PYTHON) PLATFORM= tools/system-packages
	tools/environment make $(VENV) $(PYTHON)
