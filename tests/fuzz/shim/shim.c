// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * shim.c - memory, locks, time and the log of the shim's kernel.
 */
#include "shim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "must.h"

#define ALLOC_MAX	(1 << 20)

struct shim shim;
int shim_zero;

void shim_log(const char *format, ...)
{
	char text[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	must(n > 0 && text[n - 1] == '\n');
	shim.messages++;
}

void shim_lock(struct shim_lock *lock)
{
	must(!lock->held);
	lock->held = true;
	shim.locks++;
}

void shim_unlock(struct shim_lock *lock)
{
	must(lock->held);
	lock->held = false;
	shim.locks--;
}

void shim_wake(struct shim_queue *queue)
{
	must(queue->ready);
}

void *shim_alloc(size_t n, size_t size)
{
	void *mem;

	must(n * size <= ALLOC_MAX);
	if (shim.failing_allocs) {
		shim.failing_allocs--;
		return NULL;
	}
	mem = calloc(n, size);
	must(mem);
	shim.allocs++;
	return mem;
}

void shim_free(void *mem)
{
	if (!mem)
		return;
	shim.allocs--;
	free(mem);
}

u64 local_clock(void)
{
	return shim.clock;
}

bool capable(int cap)
{
	must(cap == CAP_SYS_NICE);
	return shim.privileged;
}
