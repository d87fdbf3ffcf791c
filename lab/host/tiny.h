/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tiny.h - a guest of a few dozen instructions on the raw interface of KVM: one
 * vCPU that goes to and fro between two page tables.
 *
 * Each of the two address spaces has a page of its own at TINY_DATA, where the
 * guest counts its arrivals: so the host can tell that it really was there.
 */
#ifndef LAB_TINY_H
#define LAB_TINY_H

/* Guest addresses. But for TINY_DATA, virtual is physical. */
#define TINY_CODE	0x1000
#define TINY_LEFT	0x2000	/* turns still to make; 0: the guest waits */
#define TINY_SPIN	0x2004	/* loops in each address space, two numbers */
#define TINY_DATA	0x3000
#define TINY_PAGES	0x4000	/* what is at TINY_DATA: two pages */
#define TINY_TABLES	0x10000
#define TINY_BYTES	0x40000

/* Ports. */
#define TINY_IDLE	0x10	/* nothing left to do */
#define TINY_SEEN	0x11	/* goes on */

#ifndef __ASSEMBLER__
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>

enum tiny_mode {
	TINY_LONG,
	TINY_PAE,		/* 32 bits, both roots in one page */
	TINY_32,
	TINY_REAL,		/* no paging: no address spaces at all */
	/* Processes: user code, and a kernel that it calls. */
	TINY_SHARED,		/* one root each, at odd page frames */
	TINY_ISOLATED,		/* two roots each, as Linux has them */
	TINY_ISOLATED_PCID,
	TINY_MODES
};

struct tiny {
	enum tiny_mode mode;
	int kvm, vm, vcpu;
	struct kvm_run *run;
	uint8_t *memory;
	uint64_t root[2];	/* what the module should name them by */
	pthread_t thread;
	sem_t go, done;
	bool end;
	unsigned int lost;	/* exit that should not be, plus 1 */
};

const char *tiny_name(enum tiny_mode mode);

/* False if this KVM offers no such guest (PCID). */
bool tiny_possible(enum tiny_mode mode);

/* Makes the guest; its vCPU waits. */
void tiny_start(struct tiny *t, enum tiny_mode mode);

/* How many loops in each address space. */
void tiny_spin(struct tiny *t, uint32_t first, uint32_t second);

/*
 * Makes @turns, each to both address spaces (to one process); to be waited for.
 */
void tiny_go(struct tiny *t, uint32_t turns);
void tiny_wait(struct tiny *t);

/* Arrivals at address space @i, as counted by the guest. */
uint32_t tiny_arrivals(const struct tiny *t, unsigned int i);

/* Exits of the vCPU, as counted by KVM. */
uint64_t tiny_exits(const struct tiny *t);

void tiny_stop(struct tiny *t);

/* tiny_code.S */
extern const uint8_t tiny_long[], tiny_long_end[], tiny_32[], tiny_32_end[];
extern const uint8_t tiny_real[], tiny_real_end[];
extern const uint8_t tiny_process[], tiny_process_kernel[];
extern const uint8_t tiny_process_user[], tiny_process_end[];
#endif

#endif
