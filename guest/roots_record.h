/* SPDX-License-Identifier: GPL-2.0-or-later */
/* roots_record.h - between the BPF program and the agent. */
#ifndef VAMP_GUEST_ROOTS_RECORD_H
#define VAMP_GUEST_ROOTS_RECORD_H

#include <linux/types.h>

#define ROOTS_COMM	16

/* A process that has an address space. */
struct roots_record {
	__u64 root;		/* page-table root: kernel virtual address */
	__u32 pid;		/* of the process */
	__u32 reserved;
	char comm[ROOTS_COMM];	/* of its first thread */
};

/* One look at the kernel's memory. */
struct roots_look {
	__u64 address;
	__u64 value;		/* out: the eight bytes there */
	__s64 error;		/* out: 0, or why there are none */
};

#endif /* VAMP_GUEST_ROOTS_RECORD_H */
