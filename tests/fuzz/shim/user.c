// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * user.c - memory of a process, which the kernel reaches by copies alone. Its
 * addresses are no pointers here: whoever follows one crashes.
 */
#include <stdlib.h>

#include "must.h"
#include "shim.h"

struct user user;

void user_reset(bool clear)
{
	if (!user.mem)
		user.mem = malloc(USER_SIZE);
	must(user.mem);
	if (clear)
		memset(user.mem, 0, USER_SIZE);
	user.nr_reads = 0;
	user.nr_writes = 0;
}

/* How many of the bytes from @at on are there. */
static unsigned long present(unsigned long at, unsigned long n)
{
	if (!user_holds(at, 0))
		return 0;
	return min(n, USER_BASE + USER_SIZE - at);
}

static void note(struct user_copy *list, u32 *nr, unsigned long at,
		 unsigned long size)
{
	must(*nr < USER_COPIES);
	list[(*nr)++] = (struct user_copy){ at, size };
}

/* As the kernel's: what could not be read is zero. */
unsigned long copy_from_user(void *to, const void *from, unsigned long n)
{
	unsigned long at = (unsigned long)from, good = present(at, n);

	must(!shim.locks);
	note(user.read, &user.nr_reads, at, n);
	if (good)
		memcpy(to, user.mem + (at - USER_BASE), good);
	memset((char *)to + good, 0, n - good);
	return n - good;
}

unsigned long copy_to_user(void *to, const void *from, unsigned long n)
{
	unsigned long at = (unsigned long)to, good = present(at, n);

	must(!shim.locks);
	note(user.write, &user.nr_writes, at, n);
	if (good)
		memcpy(user.mem + (at - USER_BASE), from, good);
	return n - good;
}
