/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * roots.h - which process has which address space.
 *
 * The host knows address spaces by the page frame of their page-table root. A BPF
 * program tells the roots of all processes, which takes neither a module nor a
 * change of the kernel, and is allowed under Secure Boot. Under page-table
 * isolation (KPTI) each process has a second root, one page behind the first,
 * which is always at an even page frame: there the lowest bit does not count.
 *
 * Needs CAP_BPF and CAP_PERFMON, in the initial PID namespace.
 */
#ifndef VAMP_GUEST_ROOTS_H
#define VAMP_GUEST_ROOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ROOTS_MAX	65536	/* processes looked at; more are left out */
#define ROOTS_NAME	16

struct root {
	uint64_t id;		/* as the host has it */
	pid_t pid;		/* a process may share its address space */
	char name[ROOTS_NAME];	/* printable ASCII */
};

/* By id, then pid; each pair once. All zero at first. */
struct roots {
	struct root *root;
	size_t count, room;
};

/*
 * Loads the program and learns where memory is mapped. 0, or -errno, of which
 * roots_why() tells more.
 */
int roots_open(void);
void roots_close(void);

/* Why roots_open() failed, and what to do; "" if it did not. */
const char *roots_why(void);

/* All processes' roots, as of now. 0 or -errno, and then @r has none. */
int roots_read(struct roots *r);
void roots_free(struct roots *r);

/* The first of @id's, others may follow it; NULL none. */
const struct root *roots_find(const struct roots *r, uint64_t id);

/* What counts of an id that the host sent. */
uint64_t roots_normal(uint64_t id);

/* True if this kernel isolates page tables. */
bool roots_pti(void);

#endif /* VAMP_GUEST_ROOTS_H */
