/* What libSystem has and this system has not, or otherwise. */

/* The bytes of variables that each thread has of its own. */
#define THREAD_ROOM 256

/* Returns the address of what libSystem calls by this name; NULL if this system's C library will do. */
void *darwin_symbol(const char *name);

void darwin_prepare(void);
