/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe_event.h - between the BPF program and the daemon.
 *
 * Everything that the program read from QEMU's memory is unchecked: whoever
 * runs the VM may have written it.
 */
#ifndef VAMPD_PROBE_EVENT_H
#define VAMPD_PROBE_EVENT_H

#include <linux/types.h>

#define PROBE_VMS_MAX		4096
#define PROBE_RING_BYTES	(256 * 1024)

/* What one VM's process may pass in one second; the rest is dropped. */
#define PROBE_RATE_MAX		1000
#define PROBE_RATE_WINDOW_NS	1000000000ull

/* QEMU's InputEventKind and the kinds of its KeyValue. */
enum {
	PROBE_KEY = 0,
	PROBE_BUTTON = 1
};
enum {
	PROBE_KEY_NUMBER = 0,
	PROBE_KEY_QCODE = 1
};

struct probe_event {
	__u64 time_ns;		/* CLOCK_MONOTONIC, when QEMU got the input */
	__u64 code;		/* key number, qcode or button */
	__u32 tgid;
	__u32 lost;		/* of this VM, dropped since its last event */
	__u32 key_kind;		/* PROBE_KEY only */
	__u8 kind;
	__u8 down;
	__u8 pad[2];
};

/* A VM's process that is listened to. */
struct probe_vm {
	__u64 window_start;
	__u64 in_window;
	__u64 lost;
	__u64 binary;		/* the probe whose hits count */
};

struct probe_counters {
	__u64 passed;
	__u64 other_process;	/* no VM: another user of the same binary */
	__u64 other_kind;	/* motion and touch */
	__u64 over_rate;
	__u64 unreadable;
	__u64 ring_full;
};

#endif /* VAMPD_PROBE_EVENT_H */
