// SPDX-License-Identifier: GPL-2.0-only
/*
 * input.bpf.c - runs in QEMU's context when it handles one input event, or
 * when its guest reads one from the keyboard controller.
 *
 * Hooked on qemu_input_event_send_impl(console, event), which every front end
 * and device goes through. It passes keys, buttons and touches of known VMs to
 * the daemon, and few of the movements made with a button held; everything
 * else ends here: pointer motion is frequent and mostly says nothing, and one
 * VM must not keep the daemon busy.
 *
 * Which buttons are held is kept here, before anything is dropped, so that
 * motion can be judged here too and no lost event leaves a button held.
 *
 * Of a QEMU without that function it sees what its guest reads, by KVM's event
 * kvm_pio, and what that means by ps2.h.
 *
 * Reads user memory and registers only, so it needs no kernel types.
 * Two threads of one process may race on its rate counter: it then lets a few
 * events more through.
 */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "probe_event.h"
#include "ps2.h"

/* QEMU's generated QAPI types, on x86-64. */
struct qemu_event {
	__u32 kind;
	__u64 data;
};

struct qemu_key {
	__u64 value;
	__u8 down;
};

struct qemu_key_value {
	__u32 kind;
	__u64 code;		/* number: 64 bits; qcode: the low 32 */
};

struct qemu_button {
	__u32 button;
	__u8 down;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, PROBE_RING_BYTES);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PROBE_VMS_MAX);
	__type(key, __u32);
	__type(value, struct probe_vm);
} vms SEC(".maps");

/* VMs whose ports are watched. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PROBE_VMS_MAX);
	__type(key, __u32);
	__type(value, struct ps2);
} ports SEC(".maps");

struct probe_counters counters;

#define count(what) __sync_fetch_and_add(&counters.what, 1)

static __always_inline long read_user(void *to, __u32 size, __u64 from)
{
	return bpf_probe_read_user(to, size, (const void *)from);
}

static __always_inline long read_key(struct probe_event *e, __u64 data)
{
	struct qemu_key key = {};
	struct qemu_key_value value = {};

	if (read_user(&key, sizeof(key), data) ||
	    read_user(&value, sizeof(value), key.value))
		return -1;
	e->down = !!key.down;
	e->key_kind = value.kind;
	e->code =
		value.kind == PROBE_KEY_QCODE ? (__u32)value.code : value.code;
	return 0;
}

static __always_inline long read_button(struct probe_event *e, __u64 data)
{
	struct qemu_button button = {};

	if (read_user(&button, sizeof(button), data))
		return -1;
	e->down = !!button.down;
	e->code = button.button;
	return 0;
}

static __always_inline long read_touch(struct probe_event *e, __u64 data)
{
	__u32 type = 0;

	if (read_user(&type, sizeof(type), data))
		return -1;
	e->code = type;
	return 0;
}

/* Where a motion goes does not matter: its data is not read. */
static __always_inline long read_data(struct probe_event *e, __u64 data)
{
	switch (e->kind) {
	case PROBE_KEY:
		return read_key(e, data);
	case PROBE_BUTTON:
		return read_button(e, data);
	case PROBE_MULTITOUCH:
		return read_touch(e, data);
	default:
		return 0;
	}
}

static __always_inline bool over_rate(struct probe_vm *vm, __u64 now)
{
	if (now - vm->window_start >= PROBE_RATE_WINDOW_NS) {
		vm->window_start = now;
		vm->in_window = 0;
	}
	return __sync_fetch_and_add(&vm->in_window, 1) >= PROBE_RATE_MAX;
}

/* Of two threads that move at once one is too soon. */
static __always_inline bool too_soon(struct probe_vm *vm, __u64 now)
{
	__u64 last = vm->last_movement;

	return now - last < PROBE_MOVEMENT_NS ||
	       __sync_val_compare_and_swap(&vm->last_movement, last, now) !=
		       last;
}

/*
 * Two files of one inode (overlay mounts) have two probes here: only the one
 * of the VM's own binary counts, else each input would be seen twice.
 */
static __always_inline struct probe_vm *own_vm(struct pt_regs *ctx, __u32 tgid)
{
	struct probe_vm *vm = bpf_map_lookup_elem(&vms, &tgid);

	if (!vm || vm->binary != bpf_get_attach_cookie(ctx)) {
		count(other_process);
		return NULL;
	}
	return vm;
}

static __always_inline bool read_event(struct pt_regs *ctx,
				       struct probe_event *e)
{
	struct qemu_event event = {};

	if (read_user(&event, sizeof(event), PT_REGS_PARM2(ctx))) {
		count(unreadable);
		return false;
	}
	if (event.kind > PROBE_MULTITOUCH) {
		count(other_kind);
		return false;
	}
	e->kind = event.kind;
	if (read_data(e, event.data)) {
		count(unreadable);
		return false;
	}
	return true;
}

static __always_inline bool is_wheel(const struct probe_event *e)
{
	return e->kind == PROBE_BUTTON && e->code < PROBE_BUTTONS &&
	       PROBE_WHEELS >> e->code & 1;
}

static __always_inline bool is_movement(const struct probe_event *e)
{
	switch (e->kind) {
	case PROBE_RELATIVE:
	case PROBE_ABSOLUTE:
		return true;
	case PROBE_MULTITOUCH:
		return e->code == PROBE_TOUCH_UPDATE ||
		       e->code == PROBE_TOUCH_DATA;
	default:
		return is_wheel(e);
	}
}

/*
 * QEMU's windows press the touch button again with each touch, and never
 * release it: where fingers are told of, that button says nothing.
 */
static __always_inline bool touch_button_repeats(const struct probe_vm *vm,
						 const struct probe_event *e)
{
	if (e->kind != PROBE_BUTTON || e->code != PROBE_TOUCH)
		return false;
	return vm->multitouch || (e->down && vm->held >> PROBE_TOUCH & 1);
}

static __always_inline bool says_nothing(const struct probe_vm *vm,
					 const struct probe_event *e)
{
	if (e->kind == PROBE_RELATIVE || e->kind == PROBE_ABSOLUTE)
		return !vm->held;
	return (is_wheel(e) && !e->down) || touch_button_repeats(vm, e);
}

static __always_inline void hold(struct probe_vm *vm, struct probe_event *e)
{
	if (e->kind == PROBE_MULTITOUCH && !vm->multitouch) {
		vm->multitouch = 1;
		__sync_fetch_and_and(&vm->held, ~(1u << PROBE_TOUCH));
	}
	if (e->kind == PROBE_BUTTON && e->code < PROBE_BUTTONS &&
	    !is_wheel(e)) {
		if (e->down)
			__sync_fetch_and_or(&vm->held, 1u << e->code);
		else
			__sync_fetch_and_and(&vm->held, ~(1u << e->code));
	}
	e->held = vm->held;
}

/* May it go to the daemon? Counts it if not. */
static __always_inline bool admit(struct probe_vm *vm,
				  const struct probe_event *e)
{
	if (is_movement(e) && too_soon(vm, e->time_ns)) {
		count(thinned);
		return false;
	}
	if (over_rate(vm, e->time_ns)) {
		count(over_rate);
		return false;
	}
	return true;
}

static __always_inline void pass(const struct probe_event *e)
{
	if (bpf_ringbuf_output(&events, (void *)e, sizeof(*e),
			       BPF_RB_FORCE_WAKEUP))
		count(ring_full);
	else
		count(passed);
}

static __always_inline void take(struct probe_vm *vm, struct probe_event *e)
{
	if (says_nothing(vm, e)) {
		count(other_kind);
		return;
	}
	hold(vm, e);
	e->time_ns = bpf_ktime_get_ns();
	if (admit(vm, e))
		pass(e);
}

SEC("uprobe")
int input_event(struct pt_regs *ctx)
{
	struct probe_event e = { .tgid = bpf_get_current_pid_tgid() >> 32 };
	struct probe_vm *vm = own_vm(ctx, e.tgid);

	if (vm && read_event(ctx, &e))
		take(vm, &e);
	return 0;
}

static __always_inline void take_button(struct probe_vm *vm, __u32 tgid,
					__u32 button, bool down)
{
	struct probe_event e = {
		.tgid = tgid, .kind = PROBE_BUTTON, .code = button, .down = down
	};

	take(vm, &e);
}

static __always_inline void take_changed(struct probe_vm *vm, __u32 tgid,
					 const struct ps2_news *n, __u8 bit,
					 __u32 button)
{
	if ((n->pressed | n->released) & bit)
		take_button(vm, tgid, button, n->pressed & bit);
}

static __always_inline void take_key(struct probe_vm *vm, __u32 tgid,
				     const struct ps2_news *n)
{
	struct probe_event e = { .tgid = tgid,
				 .kind = PROBE_KEY,
				 .key_kind = PROBE_KEY_NUMBER,
				 .code = n->key,
				 .down = n->key_down };

	take(vm, &e);
}

static __always_inline void take_motion(struct probe_vm *vm, __u32 tgid)
{
	struct probe_event e = { .tgid = tgid, .kind = PROBE_RELATIVE };

	take(vm, &e);
}

static __always_inline void take_news(struct probe_vm *vm, __u32 tgid,
				      const struct ps2_news *n)
{
	if (n->key)
		take_key(vm, tgid, n);
	if (n->pressed | n->released) {
		take_changed(vm, tgid, n, PS2_LEFT, PROBE_LEFT);
		take_changed(vm, tgid, n, PS2_RIGHT, PROBE_RIGHT);
		take_changed(vm, tgid, n, PS2_MIDDLE, PROBE_MIDDLE);
		take_changed(vm, tgid, n, PS2_SIDE, PROBE_SIDE);
		take_changed(vm, tgid, n, PS2_EXTRA, PROBE_EXTRA);
	}
	if (n->wheel)
		take_button(vm, tgid,
			    n->wheel < 0 ? PROBE_WHEEL_UP : PROBE_WHEEL_DOWN,
			    true);
	if (n->moved)
		take_motion(vm, tgid);
}

/* KVM's numbers for kvm_pio's first argument. */
#define PIO_IN	0

/* kvm_pio(direction, port, size, count, data), after a read was answered. */
SEC("raw_tp/kvm_pio")
int port_access(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	__u16 port = (__u16)ctx->args[1];
	struct ps2_news news;
	struct probe_vm *vm;
	struct ps2 *ps2;
	__u8 byte;

	if (port != PS2_PORT_DATA && port != PS2_PORT_STATUS)
		return 0;
	ps2 = bpf_map_lookup_elem(&ports, &tgid);
	vm = bpf_map_lookup_elem(&vms, &tgid);
	if (!ps2 || !vm)
		return 0;
	if (bpf_probe_read_kernel(&byte, 1, (const void *)ctx->args[4])) {
		count(unreadable);
		return 0;
	}
	if ((__u32)ctx->args[0] != PIO_IN) {
		ps2_write(ps2, port, byte, bpf_ktime_get_ns());
		return 0;
	}
	ps2_read(ps2, port, byte, bpf_ktime_get_ns(), &news);
	take_news(vm, tgid, &news);
	return 0;
}

char input_license[] SEC("license") = "GPL";
