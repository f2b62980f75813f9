/* Loads a Mach-O library into a process of Linux on the same machine, and lends its functions to that.
 *
 * No macOS: the calling conventions of the two systems agree but for what darwin.c mends, and what the library wants of
 * libSystem it gets from this system's C library. names.s, which is written for each library, has its file's path, the
 * names of its functions and a jump for each of them. Every copy of this file loads the library anew.
 */

#define _GNU_SOURCE
#include "darwin.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern const char loaded_file[];
extern const char *const exported_names[];
extern void *exported_functions[];
extern const size_t exported_count;

enum { SEGMENT = 0x19, SYMBOLS = 0x2, FIXUPS = 0x22, FIXUPS_ONLY = 0x80000022, CHAINED_FIXUPS = 0x80000034 };
enum { INITIALIZERS = 9, THREAD_VALUES = 0x11, THREAD_ZEROS = 0x12 };
enum { MOST_SEGMENTS = 16, EXTERNAL = 1, DEBUGGING = 0xE0, KIND = 0x0E, IN_SECTION = 0x0E };

struct command {
    uint32_t number, size;
};

struct segment {
    struct command command;
    char name[16];
    uint64_t address, size, offset, file_size;
    uint32_t most, protection, sections, flags;
};

struct section {
    char name[16], segment[16];
    uint64_t address, size;
    uint32_t offset, alignment, relocations, number, flags, reserved[3];
};

struct fixups {
    struct command command;
    struct {
        uint32_t offset, size;
    } rebase, bind, weak, lazy, exports;
};

struct symbols {
    struct command command;
    uint32_t offset, count, strings, size;
};

struct symbol {
    uint32_t name;
    uint8_t type, section;
    uint16_t description;
    uint64_t value;
};

struct image {
    const unsigned char *file;
    char *base;
    struct segment *segments[MOST_SEGMENTS];
    unsigned count;
    const struct symbol *symbols;
    const char *strings;
};

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "loader of Mach-O: %s%s\n", what, which);
    abort();
}

/* LEB128: seven bits of a number in each byte, the lowest first; `count` is set to how many bits there were. */
static uint64_t bits(const unsigned char **at, unsigned *count)
{
    uint64_t value = 0;
    unsigned byte;

    *count = 0;
    do {
        byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7F) << *count;
        *count += 7;
    } while (byte & 0x80);
    return value;
}

static uint64_t number(const unsigned char **at)
{
    unsigned count;

    return bits(at, &count);
}

static int64_t signed_number(const unsigned char **at)
{
    unsigned count;
    uint64_t value = bits(at, &count);

    if (count < 64 && value >> (count - 1))
        value |= -((uint64_t)1 << count);
    return (int64_t)value;
}

static void *address_of(const char *name)
{
    const char *plain = name[0] == '_' ? name + 1 : name;
    void *found = darwin_symbol(plain);

    if (found == NULL)
        found = dlsym(RTLD_DEFAULT, plain);
    if (found == NULL)
        fail("the library wants a function that this loader has not: ", name);
    return found;
}

/* Addresses inside the library, which is not where its linker thought. */
static void rebase(const struct image *image, const unsigned char *at, uint32_t size)
{
    const unsigned char *end = at + size;
    char *place = NULL;
    uint64_t count, skip;

    while (at < end) {
        unsigned low = *at & 0x0F, code = *at++ & 0xF0;

        count = 0;
        skip = 0;
        switch (code) {
        case 0x00: return;
        case 0x10: continue;
        case 0x20: place = image->base + image->segments[low]->address + number(&at); continue;
        case 0x30: place += number(&at); continue;
        case 0x40: place += low * sizeof(void *); continue;
        case 0x50: count = low; break;
        case 0x60: count = number(&at); break;
        case 0x70: count = 1; skip = number(&at); break;
        case 0x80: count = number(&at); skip = number(&at); break;
        default: fail("an unknown kind of address", "");
        }
        for (; count > 0; count--, place += sizeof(void *) + skip)
            *(uint64_t *)place += (uint64_t)image->base;
    }
}

/* Addresses of what the library wants of others. */
static void bind(const struct image *image, const unsigned char *at, uint32_t size, int lazy)
{
    const unsigned char *end = at + size;
    const char *name = "";
    char *place = NULL;
    int64_t addend = 0;
    uint64_t count, skip;

    while (at < end) {
        unsigned low = *at & 0x0F, code = *at++ & 0xF0;

        count = 0;
        skip = 0;
        switch (code) {
        case 0x00:
            if (!lazy)
                return;
            continue;
        case 0x10:
        case 0x30:
        case 0x50: continue;
        case 0x20: (void)number(&at); continue;
        case 0x40: name = (const char *)at; at += strlen(name) + 1; continue;
        case 0x60: addend = signed_number(&at); continue;
        case 0x70: place = image->base + image->segments[low]->address + number(&at); continue;
        case 0x80: place += number(&at); continue;
        case 0x90: count = 1; break;
        case 0xA0: count = 1; skip = number(&at); break;
        case 0xB0: count = 1; skip = low * sizeof(void *); break;
        case 0xC0: count = number(&at); skip = number(&at); break;
        default: fail("an unknown way to bind ", name);
        }
        for (; count > 0; count--, place += sizeof(void *) + skip)
            *(uint64_t *)place = (uint64_t)address_of(name) + (uint64_t)addend;
    }
}

static void map(struct image *image, int file)
{
    uint64_t end = 0;
    unsigned i;

    for (i = 0; i < image->count; i++)
        if (image->segments[i]->address + image->segments[i]->size > end)
            end = image->segments[i]->address + image->segments[i]->size;
    image->base = mmap(NULL, end, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (image->base == MAP_FAILED)
        fail("no memory", "");
    for (i = 0; i < image->count; i++) {
        const struct segment *segment = image->segments[i];
        char *place = image->base + segment->address;

        if (mmap(place, segment->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != place)
            fail("no memory for the segment ", segment->name);
        if (pread(file, place, segment->file_size, (off_t)segment->offset) != (ssize_t)segment->file_size)
            fail("cannot read the segment ", segment->name);
    }
}

static void protect(const struct image *image)
{
    unsigned i;

    for (i = 0; i < image->count; i++) {
        const struct segment *segment = image->segments[i];

        if (mprotect(image->base + segment->address, segment->size, (int)segment->protection) != 0)
            fail("cannot protect the segment ", segment->name);
    }
}

/* Calls `visit` for each section of a kind. */
static void sections(const struct image *image, unsigned kind, void (*visit)(char *place, uint64_t size))
{
    unsigned i, j;

    for (i = 0; i < image->count; i++) {
        const struct section *section = (const struct section *)(image->segments[i] + 1);

        for (j = 0; j < image->segments[i]->sections; j++)
            if ((section[j].flags & 0xFF) == kind)
                visit(image->base + section[j].address, section[j].size);
    }
}

static void initialize(char *place, uint64_t size)
{
    uint64_t i;

    for (i = 0; i < size / sizeof(void *); i++) {
        void (*function)(int, char **, char **);

        memcpy(&function, place + i * sizeof(void *), sizeof function);
        function(0, NULL, environ);
    }
}

static void refuse_values(char *place, uint64_t size)
{
    uint64_t i;

    for (i = 0; i < size; i++)
        if (place[i] != 0)
            fail("variables of threads begin with values", "");
}

static void check_room(char *place, uint64_t size)
{
    (void)place;
    if (size > THREAD_ROOM)
        fail("variables of threads want more room", "");
}

static const struct image *looked_in;

static int by_name(const void *left, const void *right)
{
    const struct symbol *one = left, *other = right;

    return strcmp(looked_in->strings + one->name, looked_in->strings + other->name);
}

static int to_name(const void *name, const void *symbol)
{
    return strcmp(name, looked_in->strings + ((const struct symbol *)symbol)->name);
}

static void lend(const struct image *image, uint32_t count)
{
    struct symbol *own = malloc(count * sizeof *own);
    size_t kept = 0, i;

    for (i = 0; i < count; i++)
        if (image->symbols[i].type & EXTERNAL && !(image->symbols[i].type & DEBUGGING) &&
            (image->symbols[i].type & KIND) == IN_SECTION)
            own[kept++] = image->symbols[i];
    looked_in = image;
    qsort(own, kept, sizeof *own, by_name);
    for (i = 0; i < exported_count; i++) {
        char name[256] = "_";
        const struct symbol *found;

        strncat(name, exported_names[i], sizeof name - 2);
        found = bsearch(name, own, kept, sizeof *own, to_name);
        if (found == NULL)
            fail("the library has no function ", name);
        exported_functions[i] = image->base + found->value;
    }
    free(own);
}

__attribute__((constructor)) static void load(void)
{
    static struct image image;
    const struct fixups *fixups = NULL;
    const struct symbols *symbols = NULL;
    const unsigned char *at;
    struct stat status;
    uint32_t left;
    int file;

    file = open(loaded_file, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0)
        fail("cannot open ", loaded_file);
    image.file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (image.file == MAP_FAILED)
        fail("cannot read ", loaded_file);
    memcpy(&left, image.file + 16, sizeof left);
    for (at = image.file + 32; left > 0; left--, at += ((const struct command *)at)->size)
        switch (((const struct command *)at)->number) {
        case SEGMENT:
            if (image.count == MOST_SEGMENTS)
                fail("too many segments in ", loaded_file);
            image.segments[image.count++] = (struct segment *)(uintptr_t)at;
            break;
        case SYMBOLS: symbols = (const struct symbols *)at; break;
        case FIXUPS:
        case FIXUPS_ONLY: fixups = (const struct fixups *)at; break;
        case CHAINED_FIXUPS: fail("chained fixups are not known here: ", loaded_file);
        }
    if (symbols == NULL || fixups == NULL || fixups->weak.size != 0)
        fail("this is not for a library like ", loaded_file);
    image.symbols = (const struct symbol *)(image.file + symbols->offset);
    image.strings = (const char *)(image.file + symbols->strings);
    map(&image, file);
    close(file);
    darwin_prepare();
    rebase(&image, image.file + fixups->rebase.offset, fixups->rebase.size);
    bind(&image, image.file + fixups->bind.offset, fixups->bind.size, 0);
    bind(&image, image.file + fixups->lazy.offset, fixups->lazy.size, 1);
    sections(&image, THREAD_VALUES, refuse_values);
    sections(&image, THREAD_ZEROS, check_room);
    protect(&image);
    lend(&image, symbols->count);
    sections(&image, INITIALIZERS, initialize);
}
