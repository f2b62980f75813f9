/* LAPACK: how each routine is prepared, called and checked. */
#ifndef LAPACK_H
#define LAPACK_H

#include "problem.h"

void prepare_gesv(struct problem *p);
void call_gesv(struct problem *p, size_t instance);
double residual_gesv(struct problem *p, size_t instance);
void prepare_trtrs(struct problem *p);
void call_trtrs(struct problem *p, size_t instance);
double residual_trtrs(struct problem *p, size_t instance);
void prepare_getrf(struct problem *p);
void call_getrf(struct problem *p, size_t instance);
double residual_getrf(struct problem *p, size_t instance);
void prepare_getri(struct problem *p);
void call_getri(struct problem *p, size_t instance);
double residual_getri(struct problem *p, size_t instance);
void prepare_potrf(struct problem *p);
void call_potrf(struct problem *p, size_t instance);
double residual_potrf(struct problem *p, size_t instance);
void prepare_qr(struct problem *p);
void call_qr(struct problem *p, size_t instance);
double residual_qr(struct problem *p, size_t instance);
void prepare_syevd(struct problem *p);
void call_syevd(struct problem *p, size_t instance);
double residual_syevd(struct problem *p, size_t instance);
void prepare_syevr(struct problem *p);
void call_syevr(struct problem *p, size_t instance);
double residual_syevr(struct problem *p, size_t instance);
void prepare_geev(struct problem *p);
void call_geev(struct problem *p, size_t instance);
double residual_geev(struct problem *p, size_t instance);
void prepare_gesdd(struct problem *p);
void call_gesdd(struct problem *p, size_t instance);
double residual_gesdd(struct problem *p, size_t instance);
void prepare_gelsd(struct problem *p);
void call_gelsd(struct problem *p, size_t instance);
double residual_gelsd(struct problem *p, size_t instance);

#endif
