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

/* Of its movements at most one in this time; keys and buttons do not count. */
#define PROBE_MOVEMENT_NS	50000000ull

/* QEMU's InputEventKind; multi-touch since 8.1. */
enum {
	PROBE_KEY = 0,
	PROBE_BUTTON = 1,
	PROBE_RELATIVE = 2,
	PROBE_ABSOLUTE = 3,
	PROBE_MULTITOUCH = 4
};

/* The kinds of its KeyValue. */
enum {
	PROBE_KEY_NUMBER = 0,
	PROBE_KEY_QCODE = 1
};

/* Its InputButton. */
enum {
	PROBE_LEFT = 0,
	PROBE_MIDDLE = 1,
	PROBE_RIGHT = 2,
	PROBE_WHEEL_UP = 3,
	PROBE_WHEEL_DOWN = 4,
	PROBE_SIDE = 5,
	PROBE_EXTRA = 6,
	PROBE_WHEEL_LEFT = 7,
	PROBE_WHEEL_RIGHT = 8,
	PROBE_TOUCH = 9,		/* since 8.1 */
	PROBE_BUTTONS
};

/* Its InputMultiTouchType. */
enum {
	PROBE_TOUCH_BEGIN = 0,
	PROBE_TOUCH_UPDATE = 1,
	PROBE_TOUCH_END = 2,
	PROBE_TOUCH_CANCEL = 3,
	PROBE_TOUCH_DATA = 4
};

#define PROBE_WHEELS \
	(1u << PROBE_WHEEL_UP | 1u << PROBE_WHEEL_DOWN | \
	 1u << PROBE_WHEEL_LEFT | 1u << PROBE_WHEEL_RIGHT)

struct probe_event {
	__u64 time_ns;		/* CLOCK_MONOTONIC, when QEMU got the input */
	__u64 code;		/* key number, qcode, button or kind of touch */
	__u32 tgid;
	__u32 key_kind;		/* PROBE_KEY only */
	__u32 held;		/* buttons (1 << PROBE_...) after this event */
	__u8 kind;
	__u8 down;
	__u8 pad[2];
};

/* A VM's process that is listened to. */
struct probe_vm {
	__u64 window_start;
	__u64 in_window;
	__u64 last_movement;
	__u64 binary;		/* the probe whose hits count */
	__u32 held;		/* buttons, never wheels */
	__u32 multitouch;	/* it tells of fingers itself */
};

struct probe_counters {
	__u64 passed;
	__u64 other_process;	/* no VM: another user of the same binary */
	__u64 other_kind;	/* says nothing: motion with no button held */
	__u64 thinned;		/* movements too soon after the last */
	__u64 over_rate;
	__u64 unreadable;
	__u64 ring_full;
};

#endif /* VAMPD_PROBE_EVENT_H */
