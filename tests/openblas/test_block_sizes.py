"""The sizes of blocks that OpenBLAS chooses by the CPU it runs on suit the kernels that it chose, on any CPU.

Kernels keep copies of a block's depth on the stack, in room for the depth that their family has in param.h. So each
family's table is compiled as it is, but with a CPU that says of itself what the test wants.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from compile_commands import compile_command
from compiling import Compiler
from programs import run

PROGRAM = Path(__file__).with_name("block_sizes.c")

# What a family needs of the CPU to run.
FAMILIES = {"PRESCOTT": "pni", "NEHALEM": "sse4_2", "SANDYBRIDGE": "avx", "HASWELL": "avx2", "SKYLAKEX": "avx512vl"}
BYTES = {"sgemm": 4, "dgemm": 8, "cgemm": 8, "zgemm": 16}
TYPES = tuple(BYTES)

# Families whose kernels copy nothing to the stack, and the depth up to which those have room that do.
ROOM = {"SKYLAKEX": {"sgemm": 512, "dgemm": 512, "cgemm": 512, "zgemm": 256}}


@dataclass(frozen=True)
class Cpu:
    """What a CPU says of itself: its maker, AVX-512, and the sizes of its caches in KB."""

    maker: str
    avx512: bool
    l2: int
    l3: int

    @property
    def code(self) -> str:
        first, middle, last = ("0x" + self.maker[at : at + 4].encode()[::-1].hex() for at in (0, 4, 8))
        return f"""
            static void cpuid(int leaf, int *a, int *b, int *c, int *d) {{
              *a = *b = *c = *d = 0;
              if (leaf == 0) {{ *a = 16; *b = {first}; *d = {middle}; *c = {last}; }}
              if (leaf == 7) *b = {1 << 16 if self.avx512 else 0};
              if (leaf == 0x80000006) {{ *c = {self.l2} << 16; *d = {self.l3 // 512} << 18; }}
            }}
        """


CPUS = {
    "Zen 2": Cpu("AuthenticAMD", avx512=False, l2=512, l3=16 * 1024),
    "Zen 4": Cpu("AuthenticAMD", avx512=True, l2=1024, l3=32 * 1024),
    "Zen 5 with much cache": Cpu("AuthenticAMD", avx512=True, l2=1024, l3=96 * 1024),
    "Sapphire Rapids": Cpu("GenuineIntel", avx512=True, l2=2048, l3=480 * 1024),
    "old": Cpu("GenuineIntel", avx512=False, l2=256, l3=0),
    "next to no cache": Cpu("GenuineIntel", avx512=False, l2=64, l3=0),
    "as much cache as can be said": Cpu("GenuineIntel", avx512=False, l2=65535, l3=0),
}


def command_for(build_folder: Path, family: str) -> list[str]:
    """The command that compiled a family's table of sizes, without files."""
    command = compile_command(build_folder, f"kernel/CMakeFiles/kernel_{family}.dir/CMakeFiles/setparam_{family}.c.o")
    return command[: command.index("-MD")]


def table(compiler: Compiler, build_folder: Path, family: str, cpu: Cpu, *flags: str) -> Path:
    """Compile a family's table for this CPU, with its depths of param.h beside it; return the object."""
    source = compiler.folder / f"{family}.c"
    source.write_text(
        f"""
        #define cpuid cpuid_of_this_machine
        #include "common.h"
        #undef cpuid
        {cpu.code}
        #include "{build_folder}/kernel/CMakeFiles/setparam_{family}.c"
        #include <stdio.h>
        void print_{family}(void) {{
          gotoblas_{family}.init();
          gotoblas_t *const it = &gotoblas_{family};
          #define PRINT(type, TYPE) printf("{family} " #type " %d %d %d %d %ld\\n", it->type##_q, TYPE##_DEFAULT_Q, \\
                                           it->type##_p, it->type##_r, (long)BUFFER_SIZE);
          {" ".join(f"PRINT({each}, {each.upper()})" for each in TYPES)}
        }}
        """
    )
    output = source.with_suffix(".o")
    compiler.run(*command_for(build_folder, family), *flags, "-c", source, "-o", output)
    return output


def linked(compiler: Compiler, build_folder: Path, name: str, *objects: Path) -> Path:
    """Link objects with OpenBLAS's archive and this project's part of the Fortran run-time library."""
    (runtime,) = build_folder.parent.glob("CMakeFiles/fortran_runtime.dir/**/fortran_runtime.c.o")
    program = compiler.folder / name
    libraries = (build_folder / "lib" / "libopenblas_64.a", runtime, "-lm", "-lpthread")
    compiler.run("cc", *objects, *libraries, "-o", program)
    return program


@pytest.mark.parametrize("cpu", CPUS.values(), ids=CPUS)
def test_no_block_is_deeper_than_its_kernels_have_room_for(compiler: Compiler, build_folder: Path, cpu: Cpu) -> None:
    # For any machine to run: without the family's instructions.
    tables = [table(compiler, build_folder, family, cpu, "-march=x86-64") for family in FAMILIES]
    calls = "".join(f"void print_{family}(void);" for family in FAMILIES)
    calls += "int main(void) {" + "".join(f"print_{family}();" for family in FAMILIES) + "}"
    main = compiler.object("main", calls)
    printed = run(linked(compiler, build_folder, "print", main, *tables)).splitlines()
    assert len(printed) == len(FAMILIES) * len(TYPES)
    for line in printed:
        family, kind = line.split()[:2]
        depth, default, rows, columns, buffer = map(int, line.split()[2:])
        assert 0 < depth <= max(default, ROOM.get(family, {}).get(kind, 0)), line
        assert rows > 0, line
        assert columns > 0, line
        # A part of A and one of B are in a buffer together.
        assert (rows + columns) * depth * BYTES[kind] <= buffer, line


@pytest.mark.parametrize("family", FAMILIES)
def test_deep_blocks_on_a_zen_4(compiler: Compiler, build_folder: Path, family: str) -> None:
    if FAMILIES[family] not in Path("/proc/cpuinfo").read_text(encoding="utf-8").split():
        pytest.skip(f"this CPU cannot run {family}'s kernels; the depths are compared in the test before")
    tables = [table(compiler, build_folder, each, CPUS["Zen 4"]) for each in FAMILIES]
    main = compiler.object("main", PROGRAM.read_text())
    program = linked(compiler, build_folder, "solve", main, *tables)
    for threads in ("1", "2"):
        variables = {"OPENBLAS_CORETYPE": family, "OPENBLAS_NUM_THREADS": threads}
        done = subprocess.run([program], env={**os.environ, **variables}, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
