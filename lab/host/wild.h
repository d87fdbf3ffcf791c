/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wild.h - a hostile guest: its kernel does one thing as fast as it can. On the
 * raw interface of KVM, in a process and a cgroup of its own.
 */
#ifndef LAB_WILD_H
#define LAB_WILD_H

/* Guest addresses, all of them identity-mapped. */
#define WILD_CODE	0x1000
#define WILD_COUNT	0x2000
#define WILD_TABLES	0x3000	/* PDPT, page directory */
#define WILD_BYTES	0x10000

/* Page-table roots: copies of one, at this many page frames. */
#define WILD_ROOTS	(1u << 20)
#define WILD_FIRST_ROOT	0x10000000ull

#define WILD_CGROUP	"wild"
#define WILD_PORT	0x5000	/* plays the sound device */
#define WILD_VECTOR	0xfd

#ifndef __ASSEMBLER__
#include <stdint.h>
#include <sys/types.h>

enum wild_mode {
	WILD_SPACES,		/* loads WILD_ROOTS address spaces, one by one */
	WILD_IPIS,		/* sends its second vCPU interrupts */
	WILD_SOUND,		/* reads the sound device's port */
	WILD_MODES
};

struct wild {
	enum wild_mode mode;
	pid_t pid;
	uint8_t *memory;	/* shared with the guest's process */
};

const char *wild_name(enum wild_mode mode);

/* It runs from here on. */
void wild_start(struct wild *w, enum wild_mode mode);

/* How often it did its thing. */
uint64_t wild_count(const struct wild *w);

/* kill -9, and nothing of it remains. */
void wild_stop(struct wild *w);

/* wild_code.S */
extern const uint8_t wild_spaces[], wild_spaces_end[];
extern const uint8_t wild_ipis[], wild_ipis_end[];
extern const uint8_t wild_sound[], wild_sound_end[];
extern const uint8_t wild_idle[], wild_idle_end[];
#endif

#endif
