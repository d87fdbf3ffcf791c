// SPDX-License-Identifier: GPL-2.0-only
/*
 * input.bpf.c - runs in QEMU's context when it handles one input event.
 *
 * Hooked on qemu_input_event_send_impl(console, event), which every front end
 * and device goes through. It passes keys and buttons of known VMs to the
 * daemon and drops everything else here: pointer motion is frequent and says
 * nothing, and one VM must not keep the daemon busy.
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

static __always_inline bool over_rate(struct probe_vm *vm, __u64 now)
{
	if (now - vm->window_start >= PROBE_RATE_WINDOW_NS) {
		vm->window_start = now;
		vm->in_window = 0;
	}
	return __sync_fetch_and_add(&vm->in_window, 1) >= PROBE_RATE_MAX;
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
	long err;

	if (read_user(&event, sizeof(event), PT_REGS_PARM2(ctx))) {
		count(unreadable);
		return false;
	}
	if (event.kind != PROBE_KEY && event.kind != PROBE_BUTTON) {
		count(other_kind);
		return false;
	}
	e->kind = event.kind;
	err = event.kind == PROBE_KEY ? read_key(e, event.data) :
					read_button(e, event.data);
	if (err)
		count(unreadable);
	return !err;
}

static __always_inline void pass(struct probe_vm *vm, struct probe_event *e)
{
	e->lost = __sync_lock_test_and_set(&vm->lost, 0);
	if (bpf_ringbuf_output(&events, e, sizeof(*e), BPF_RB_FORCE_WAKEUP)) {
		__sync_fetch_and_add(&vm->lost, e->lost + 1);
		count(ring_full);
		return;
	}
	count(passed);
}

SEC("uprobe")
int input_event(struct pt_regs *ctx)
{
	struct probe_event e = { .tgid = bpf_get_current_pid_tgid() >> 32 };
	struct probe_vm *vm = own_vm(ctx, e.tgid);

	if (!vm || !read_event(ctx, &e))
		return 0;
	e.time_ns = bpf_ktime_get_ns();
	if (over_rate(vm, e.time_ns)) {
		__sync_fetch_and_add(&vm->lost, 1);
		count(over_rate);
		return 0;
	}
	pass(vm, &e);
	return 0;
}

char input_license[] SEC("license") = "GPL";
