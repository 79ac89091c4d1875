/* alloccount.c: how many bytes of large memory a process takes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Stands before the C library's allocator: linked into a benchmark, or loaded
 * into a foreign program with LD_PRELOAD. What is smaller than 4 KiB holds no
 * picture and is not counted. With ALLOCCOUNT=FILE the sum is written there at
 * the end of the process.
 */

#include "alloccount.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define LARGE 4096

/* glibc's own names of what is replaced here */
extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);
extern void *__libc_memalign (size_t alignment, size_t size);

static atomic_ullong counted;

static void
count (size_t size)
{
  if (size >= LARGE)
    atomic_fetch_add_explicit (&counted, size, memory_order_relaxed);
}

unsigned long long
alloccount_get (void)
{
  return atomic_load_explicit (&counted, memory_order_relaxed);
}

void *
malloc (size_t size)
{
  count (size);
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  count (n * size);
  return __libc_calloc (n, size);
}

void *
realloc (void *memory, size_t size)
{
  count (size);
  return __libc_realloc (memory, size);
}

void *
memalign (size_t alignment, size_t size)
{
  count (size);
  return __libc_memalign (alignment, size);
}

void *
aligned_alloc (size_t alignment, size_t size)
{
  return memalign (alignment, size);
}

int
posix_memalign (void **memory, size_t alignment, size_t size)
{
  *memory = memalign (alignment, size);
  return *memory != NULL ? 0 : ENOMEM;
}

static void __attribute__((destructor))
    report (void)
{
  const char *name = getenv ("ALLOCCOUNT");
  FILE *file = name != NULL ? fopen (name, "w") : NULL;

  if (file == NULL)
    return;
  fprintf (file, "%llu\n", alloccount_get ());
  fclose (file);
}
