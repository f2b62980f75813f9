/* The table of routines that the rows may name. */

#include "routines.h"

#include <string.h>

#define STEPS(name) prepare_##name, call_##name, residual_##name

static const struct routine routines[] = {
    {"gemm", {"gemm"}, {"gemm"}, "NN", STEPS(gemm)},
    {"gemm_tn", {"gemm"}, {"gemm"}, "TN", STEPS(gemm)},
    {"gemm_nt", {"gemm"}, {"gemm"}, "NT", STEPS(gemm)},
    {"gemm_add", {"gemm"}, {"gemm"}, "NN+", STEPS(gemm)},
    {"gemv_n", {"gemv"}, {"gemv"}, "N", STEPS(gemv)},
    {"gemv_t", {"gemv"}, {"gemv"}, "T", STEPS(gemv)},
    {"dot", {"dot"}, {NULL}, "", STEPS(dot)},
    {"syrk", {"syrk"}, {"herk"}, "", STEPS(syrk)},
    {"trsm", {"trsm"}, {"trsm"}, "", STEPS(trsm)},
    {"trsv", {"trsv"}, {"trsv"}, "", STEPS(trsv)},
    {"gesv", {"gesv"}, {"gesv"}, "", STEPS(gesv)},
    {"trtrs", {"trtrs"}, {"trtrs"}, "", STEPS(trtrs)},
    {"getrf", {"getrf"}, {"getrf"}, "", STEPS(getrf)},
    {"getri", {"getri", "getrf"}, {"getri", "getrf"}, "", STEPS(getri)},
    {"potrf", {"potrf"}, {"potrf"}, "", STEPS(potrf)},
    {"geqrf_orgqr", {"geqrf", "orgqr"}, {"geqrf", "ungqr"}, "", STEPS(qr)},
    {"syevd", {"syevd"}, {"heevd"}, "", STEPS(syevd)},
    {"syevr", {"syevr"}, {NULL}, "", STEPS(syevr)},
    {"geev", {"geev"}, {"geev"}, "", STEPS(geev)},
    {"gesdd", {"gesdd"}, {"gesdd"}, "", STEPS(gesdd)},
    {"gelsd", {"gelsd"}, {NULL}, "", STEPS(gelsd)},
};

const struct routine *routine_named(const char *name)
{
    for (size_t i = 0; i < sizeof routines / sizeof *routines; i++)
        if (strcmp(routines[i].name, name) == 0)
            return &routines[i];
    return NULL;
}
