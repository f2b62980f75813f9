#include "library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

struct library open_library(const char *path, const char *prefix, const char *suffix)
{
    struct library library = {dlopen(path, RTLD_NOW | RTLD_LOCAL), prefix, suffix};
    if (library.handle == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return library;
}

static function named(const struct library *library, const char *name, const char *ending)
{
    char symbol[128];
    snprintf(symbol, sizeof symbol, "%s%s%s%s", library->prefix, name, ending, library->suffix);
    return (function)dlsym(library->handle, symbol);
}

function fortran(const struct library *library, const char *routine)
{
    return named(library, routine, "_");
}

static void describe_text(const struct library *library, const char *key, const char *name)
{
    char *(*text)(void) = (char *(*)(void))named(library, name, "");
    if (text != NULL)
        printf("%s\t%s\n", key, text());
}

static void describe_threads(void *handle, const char *name)
{
    int (*threads)(void) = (int (*)(void))dlsym(handle, name);
    if (threads != NULL)
        printf("threads\t%d\n", threads());
}

/* MKL's answer begins like this, as its header mkl_types.h declares. */
struct mkl_version {
    int major, minor, update;
    char *status, *build, *processor, *platform;
};

static void describe_mkl(void *handle)
{
    void (*ask)(struct mkl_version *) = (void (*)(struct mkl_version *))dlsym(handle, "MKL_Get_Version");
    if (ask == NULL)
        return;
    struct mkl_version version = {0};
    ask(&version);
    printf("version\tMKL %d.%d.%d\nkernel\t%s\n", version.major, version.minor, version.update, version.processor);
}

static void describe_blis(void *handle)
{
    char *(*version)(void) = (char *(*)(void))dlsym(handle, "bli_info_get_version_str");
    int (*architecture)(void) = (int (*)(void))dlsym(handle, "bli_arch_query_id");
    char *(*name)(int) = (char *(*)(int))dlsym(handle, "bli_arch_string");
    if (version != NULL)
        printf("version\tBLIS %s\n", version());
    if (architecture != NULL && name != NULL)
        printf("kernel\t%s\n", name(architecture()));
}

void describe(const struct library *library)
{
    describe_text(library, "version", "openblas_get_config");
    describe_text(library, "kernel", "openblas_get_corename");
    function threads = named(library, "openblas_get_num_threads", "");
    if (threads != NULL)
        printf("threads\t%d\n", ((int (*)(void))threads)());
    describe_mkl(library->handle);
    describe_threads(library->handle, "MKL_Get_Max_Threads");
    describe_blis(library->handle);
    describe_threads(library->handle, "bli_thread_get_num_threads");
}
