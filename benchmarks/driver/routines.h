/* How each routine is prepared, called and checked. */
#ifndef ROUTINES_H
#define ROUTINES_H

#include "problem.h"

#define DECLARE(name)                                      \
    void prepare_##name(struct problem *p);                \
    void call_##name(struct problem *p, size_t instance);  \
    double residual_##name(struct problem *p, size_t instance)

/* blas.c */
DECLARE(gemm);
DECLARE(gemv);
DECLARE(dot);
DECLARE(syrk);
DECLARE(trsm);
DECLARE(trsv);

/* lapack.c */
DECLARE(gesv);
DECLARE(trtrs);
DECLARE(getrf);
DECLARE(getri);
DECLARE(potrf);
DECLARE(qr);
DECLARE(syevd);
DECLARE(syevr);
DECLARE(geev);
DECLARE(gesdd);
DECLARE(gelsd);

#endif
