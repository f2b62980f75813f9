/* BLAS: how each routine is prepared, called and checked. */
#ifndef BLAS_H
#define BLAS_H

#include "problem.h"

void prepare_gemm(struct problem *p);
void call_gemm(struct problem *p, size_t instance);
double residual_gemm(struct problem *p, size_t instance);
void prepare_gemv(struct problem *p);
void call_gemv(struct problem *p, size_t instance);
double residual_gemv(struct problem *p, size_t instance);
void prepare_dot(struct problem *p);
void call_dot(struct problem *p, size_t instance);
double residual_dot(struct problem *p, size_t instance);
void prepare_syrk(struct problem *p);
void call_syrk(struct problem *p, size_t instance);
double residual_syrk(struct problem *p, size_t instance);
void prepare_trsm(struct problem *p);
void call_trsm(struct problem *p, size_t instance);
double residual_trsm(struct problem *p, size_t instance);

#endif
