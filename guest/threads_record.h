/* SPDX-License-Identifier: GPL-2.0-or-later */
/* threads_record.h - between the BPF program and the agent. */
#ifndef VAMP_GUEST_THREADS_RECORD_H
#define VAMP_GUEST_THREADS_RECORD_H

#include <linux/types.h>

#define THREADS_CPU_WORDS	16	/* VAMP_CHANNEL_CPUS bits */

/* A thread that is none of the kernel's. */
struct threads_record {
	__u32 tid, tgid, ppid;
	__u32 waits;			/* for a child */
	__s32 nice;
	__u32 unused;
	__u64 start;			/* ns since boot */
	__u64 cpus[THREADS_CPU_WORDS];	/* also those that are offline */
};

#endif /* VAMP_GUEST_THREADS_RECORD_H */
