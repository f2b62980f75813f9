"""The functions that headers declare, as the C compiler lists them, and programs that call them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from programs import run

HEADERS = ("cblas.h", "f77blas.h", "lapack.h", "lapacke.h", "lapacke_utils.h", "lapacke_config.h")
OTHERS = ("lapacke_mangling.h", "openblas_config.h", "openblas_plain_names.h")
# What a header of this OpenBLAS declares at least: an empty list would make every test pass.
AT_LEAST = {"cblas.h": 200, "f77blas.h": 250, "lapack.h": 1250, "lapacke.h": 2400, "lapacke_utils.h": 150}

# The numbers are small whole ones, so that the results are exact.
PLAIN_PROGRAM = """
#include <stdio.h>
#include "cblas.h"
#include "lapacke.h"
#include "openblas_plain_names.h"

#ifdef __cplusplus
extern "C"
#endif
void dgemm_(const char *, const char *, const blasint *, const blasint *, const blasint *, const double *,
            const double *, const blasint *, const double *, const blasint *, const double *, double *,
            const blasint *, size_t, size_t);

int main(void) {
    const blasint two = 2, one = 1;
    const double unit = 1, zero = 0;
    double a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8}, c[4], f[4];
    dgemm_("N", "N", &two, &two, &two, &unit, b, &two, a, &two, &zero, f, &two, 1, 1);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2, 2, 2, 1, a, 2, b, 2, 0, c, 2);
    printf("%g %g %g %g %g %g %g %g\\n", f[0], f[1], f[2], f[3], c[0], c[1], c[2], c[3]);

    lapack_int pivots[2];
    double right[2] = {5, 11};
    lapack_int status = LAPACKE_dgesv(LAPACK_ROW_MAJOR, 2, 1, a, 2, pivots, right, 1);
    printf("%d %.10g %.10g\\n", (int)status, right[0], right[1]);

    lapack_complex_double z[1], w[1];
    __real__ z[0] = 0; __imag__ z[0] = 2; /* 2i w = 4 - 6i */
    __real__ w[0] = 4; __imag__ w[0] = -6;
    zgesv_(&one, &one, z, &one, pivots, w, &one, &status);
    printf("%d %g %g\\n", (int)status, lapack_complex_double_real(w[0]), lapack_complex_double_imag(w[0]));

    double u[4] = {4, 2, 2, 5}; /* the Cholesky factor of it is 2, 1, 2 */
    LAPACK_dpotrf("L", &two, u, &two, &status);
    printf("%d %g %g %g\\n", (int)status, u[0], u[1], u[3]);
    dpotrf_("L", &two, u, &two, &status, 1);

    lapack_complex_double made = lapack_make_complex_double(3, -4);
    openblas_complex_double x[1], dot[1];
    x[0] = openblas_make_complex_double(3.0, 4.0);
    cblas_zdotc_sub(1, x, 1, &made, 1, dot); /* conj(3+4i) (3-4i) */
    printf("%g %g %d\\n", openblas_complex_double_real(dot[0]), openblas_complex_double_imag(dot[0]),
           openblas_get_num_threads() > 0);
    return (int)(sizeof(blasint) + sizeof(lapack_int)) - 2 * BYTES;
}
"""
PLAIN_OUTPUT = "19 22 43 50 19 22 43 50\n0 1 2\n0 -3 -2\n0 2 1 2\n-7 -24 1\n"

LANGUAGES = {"c": ("cc", "-std=gnu11"), "c++": ("c++", "-std=gnu++11")}


def source(folder: Path, language: str, text: str) -> Path:
    path = folder / f"program.{language.replace('+', 'p')}"
    path.write_text(text, encoding="utf-8")
    return path


def including(headers: Iterable[str]) -> str:
    return "".join(f'#include "{header}"\n' for header in headers)


def declared(include: Path, header: str, folder: Path) -> set[str]:
    """Return the functions that the header declares, as the C compiler lists them."""
    listing = folder / "listing.txt"
    run("cc", "-fsyntax-only", f"-I{include}", "-aux-info", listing, source(folder, "c", including([header])))
    pattern = re.compile(rf"/\* {re.escape(str(include / header))}:\S+ \*/ .*?(\w+) \(")
    return {match[1] for line in listing.read_text().splitlines() if (match := pattern.match(line))}


def program_of_addresses(names: Iterable[str], headers: Iterable[str], library: str) -> str:
    """Return a program that finds where each function's address leads, and prints how many lead to the library."""
    table = ",\n".join(f'    {{"{name}", (void *)&{name}}}' for name in sorted(names))
    return f"""
        #define _GNU_SOURCE
        {including(headers)}
        #include <dlfcn.h>
        #include <stdio.h>
        #include <string.h>
        static const struct {{ const char *name; void *address; }} table[] = {{\n{table}\n}};
        int main(void) {{
            size_t here = 0;
            for (size_t i = 0; i < sizeof table / sizeof *table; i++) {{
                Dl_info info;
                if (dladdr(table[i].address, &info) && strstr(info.dli_fname, "{library}")
                    && info.dli_sname && info.dli_saddr == table[i].address) here++;
                else puts(table[i].name);
            }}
            printf("%zu\\n", here);
            return 0;
        }}
    """
