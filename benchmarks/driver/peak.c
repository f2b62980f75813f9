/* What the machine's multiply-add units can do: nothing but FMAs on registers, many of them independent.
 *
 * peak THREADS prints two lines, "s FLOPS" and "d FLOPS": operations a second of all threads together.
 * The vector length is the widest that the compiler's flags allow.
 */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined __AVX512F__
#define VECTOR 64
#elif defined __AVX__
#define VECTOR 32
#else
#define VECTOR 16
#endif

/* Two units with a latency of 4 or 5 cycles want 10; with 14 all of AVX2's 16 registers are in use. */
#define INDEPENDENT 14
enum { SAMPLES = 48, ITERATIONS = 1 << 19 };

#define DEFINE_KERNEL(name, real)                                                                                     \
    typedef real name##_vector __attribute__((vector_size(VECTOR)));                                                  \
    static double name(long iterations)                                                                               \
    {                                                                                                                 \
        volatile real factor = (real)0.75, term = (real)0.25;                                                         \
        name##_vector a = (name##_vector){0} + factor, b = (name##_vector){0} + term, x[INDEPENDENT];                 \
        for (int i = 0; i < INDEPENDENT; i++)                                                                         \
            x[i] = b * (real)i;                                                                                       \
        for (long n = 0; n < iterations; n++) {                                                                       \
            _Pragma("GCC unroll 14") for (int i = 0; i < INDEPENDENT; i++) x[i] = x[i] * a + b;                       \
        }                                                                                                             \
        name##_vector sum = x[0];                                                                                     \
        for (int i = 1; i < INDEPENDENT; i++)                                                                         \
            sum += x[i];                                                                                              \
        volatile real sink = sum[0];                                                                                  \
        (void)sink;                                                                                                   \
        return 2.0 * INDEPENDENT * (VECTOR / sizeof(real)) * (double)iterations;                                      \
    }

DEFINE_KERNEL(single, float)
DEFINE_KERNEL(wide, double)

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

struct worker {
    pthread_t thread;
    pthread_barrier_t *barrier;
    double (*kernel)(long);
    double operations[SAMPLES], start[SAMPLES], end[SAMPLES];
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    for (int sample = 0; sample < SAMPLES; sample++) {
        pthread_barrier_wait(worker->barrier);
        worker->start[sample] = now();
        worker->operations[sample] = worker->kernel(ITERATIONS);
        worker->end[sample] = now();
    }
    return NULL;
}

/* Operations of all workers over the time from the first start to the last end. */
static double sample_rate(const struct worker *workers, int threads, int sample)
{
    double start = workers[0].start[sample], end = workers[0].end[sample], operations = 0;
    for (int i = 0; i < threads; i++) {
        operations += workers[i].operations[sample];
        start = workers[i].start[sample] < start ? workers[i].start[sample] : start;
        end = workers[i].end[sample] > end ? workers[i].end[sample] : end;
    }
    return operations / (end - start);
}

static double rate(double (*kernel)(long), int threads)
{
    pthread_barrier_t barrier;
    struct worker *workers = calloc((size_t)threads, sizeof *workers);
    pthread_barrier_init(&barrier, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) {
        workers[i].barrier = &barrier;
        workers[i].kernel = kernel;
        pthread_create(&workers[i].thread, NULL, work, &workers[i]);
    }
    for (int i = 0; i < threads; i++)
        pthread_join(workers[i].thread, NULL);
    double best = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
        double here = sample_rate(workers, threads, sample);
        best = here > best ? here : best;
    }
    free(workers);
    return best;
}

int main(int argc, char **argv)
{
    int threads = argc == 2 ? atoi(argv[1]) : 0;
    if (threads < 1) {
        fprintf(stderr, "usage: peak THREADS\n");
        return 2;
    }
    printf("s %.4e\nd %.4e\n", rate(single, threads), rate(wide, threads));
    return 0;
}
