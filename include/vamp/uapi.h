/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * uapi.h - what crosses /dev/vamp.
 *
 * Every structure starts with its size and the interface version, both set by
 * the caller: another version, or a size that the module does not know, gets
 * EINVAL, so a program and a module of different ages never misread each
 * other. All ioctls and read() need CAP_SYS_NICE in the initial user
 * namespace (EPERM), checked when the call is made and before anything else.
 *
 * Times are nanoseconds of the module's own monotonic clock (local_clock());
 * differences are meaningful, absolute values are not comparable with
 * CLOCK_MONOTONIC. Loads are percent of one CPU.
 */
#ifndef VAMP_UAPI_H
#define VAMP_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define VAMP_UAPI_VERSION	4
#define VAMP_DEVICE		"/dev/vamp"

/*
 * User input, with the original's type numbers for the first four. Movements
 * (scroll, drag) that follow another input within 100 ms are ignored: a program
 * need not send more.
 */
enum vamp_input_type {
	VAMP_INPUT_KEY_PRESS = 0,
	VAMP_INPUT_KEY_RELEASE = 1,
	VAMP_INPUT_BUTTON_PRESS = 2,
	VAMP_INPUT_BUTTON_RELEASE = 3,
	VAMP_INPUT_SCROLL = 4,
	VAMP_INPUT_DRAG = 5,		/* motion while a button or finger is down */
	VAMP_INPUT_TOUCH_BEGIN = 6,
	VAMP_INPUT_TOUCH_END = 7,
	VAMP_INPUT_TYPES
};

#define VAMP_SCANCODE_ENTER	28	/* set 1; the keypad's Enter too */

/*
 * VAMP_IOC_INPUT - a user gave input to a VM.
 * Errors: ESRCH no VM of that process is known; EINVAL bad type, code or
 * both/none of pid and pidfd; EOPNOTSUPP kvm_vamp is 0; EBUSY a phase of this
 * VM is being classified or a limit of 1000 inputs a second is exceeded.
 */
struct vamp_input {
	__u32 size;
	__u32 version;
	__s32 pid;	/* process of the VM as the caller sees it, or -1 */
	__s32 pidfd;	/* or a pidfd of it, or -1 */
	__u32 type;	/* enum vamp_input_type */
	__u32 code;	/* 0..255: scan code (set 1), or mask of buttons held */
	__u32 result;	/* out: enum vamp_input_result */
	__u32 reserved;	/* 0 */
};

enum vamp_input_result {
	VAMP_INPUT_IGNORED = 0,		/* kind of input that starts nothing */
	VAMP_INPUT_STARTED = 1,		/* a phase began */
	VAMP_INPUT_RESTARTED = 2,	/* phase ended and began again */
	VAMP_INPUT_EXTENDED = 3,	/* running phase lasts longer */
	VAMP_INPUT_REPEATED = 4,	/* too soon after the last (double click) */
	VAMP_INPUT_RESULTS
};

/*
 * VAMP_IOC_SOUND - where a VM's sound devices are, and which vector its vCPUs
 * wake tasks with. Replaces what was set before; none: audio is not tracked.
 * Guest tasks that access one of the ranges, other than from an interrupt, make
 * sound. Survives everything but the VM's end and the module's.
 * Errors: ESRCH no VM of that process is known; EINVAL more than
 * VAMP_SOUND_RANGES, first > last, ports above 65,535, a space or access
 * unknown, or a vector of 1..31 or above 255.
 */
#define VAMP_SOUND_RANGES	8

enum vamp_sound_space {
	VAMP_SOUND_PIO = 0,		/* I/O ports */
	VAMP_SOUND_MMIO = 1,		/* guest physical addresses; doorbells too */
};

#define VAMP_SOUND_READ		(1u << 0)
#define VAMP_SOUND_WRITE	(1u << 1)

struct vamp_sound_range {
	__u64 first, last;		/* inclusive */
	__u32 space;			/* enum vamp_sound_space */
	__u32 access;			/* VAMP_SOUND_*: which of them count */
};

struct vamp_sound {
	__u32 size;
	__u32 version;
	__s32 pid;			/* process of the VM as the caller sees it */
	__u32 vector;			/* of reschedule interrupts; 0: learn it */
	__u32 nr_ranges;
	__u32 reserved;			/* 0 */
	struct vamp_sound_range range[VAMP_SOUND_RANGES];
};

/*
 * VAMP_IOC_RENEW - forgets what is known of a VM's guest tasks, as if it had been
 * made now; a phase ends, and it takes a second until loads are known again. What
 * kvm:kvm_vamp_event tells from here on is all that the core knows: recordings
 * begin so. Its sound devices and wake-up vectors are kept.
 * Errors: ESRCH no VM of that process is known; ENOMEM; EINVAL reserved is not 0.
 */
struct vamp_renew {
	__u32 size;
	__u32 version;
	__s32 pid;			/* process of the VM as the caller sees it */
	__u32 reserved;			/* 0 */
};

/*
 * VAMP_IOC_PLACE - on which vCPUs a VM's guest has placed its background work
 * (slow) and on which all else (fast), as its extension says; vCPUs by KVM's id,
 * bit ID % 64 of word ID / 64. Replaces what was said before and is forgotten when
 * the phase ends; both sets empty: nothing is placed any more. Nobody is trusted by
 * this: a slow vCPU weighs less, a fast one never more than its administrator gave
 * it.
 * Errors: ESRCH no VM of that process is known; EAGAIN it is in no phase with mixed
 * load, so there is nothing to place for; EINVAL the sets overlap, or reserved is
 * not 0.
 */
#define VAMP_PLACE_WORDS	4

struct vamp_place {
	__u32 size;
	__u32 version;
	__s32 pid;			/* process of the VM as the caller sees it */
	__u32 reserved;			/* 0 */
	__u64 slow[VAMP_PLACE_WORDS];
	__u64 fast[VAMP_PLACE_WORDS];
};

/*
 * VAMP_IOC_OUTPUT - a VM's guest says that it makes sound: a phase begins at once,
 * if it is in none.
 * Errors: ESRCH no VM of that process is known; EAGAIN nobody was seen lately to
 * access its sound devices (VAMP_IOC_SOUND), so whoever makes the sound could be
 * taken for background; EOPNOTSUPP kvm_vamp is 0; EINVAL reserved is not 0.
 */
struct vamp_output {
	__u32 size;
	__u32 version;
	__s32 pid;			/* process of the VM as the caller sees it */
	__u32 reserved;			/* 0 */
};

enum vamp_phase {
	VAMP_PHASE_NORMAL = 0,
	VAMP_PHASE_NON_MIXED = 1,
	VAMP_PHASE_MIXED = 2,
};

/* One VM. */
struct vamp_vm_info {
	__u32 size;
	__s32 pid;		/* in the caller's pid namespace, 0 if not there */
	__u32 phase;		/* enum vamp_phase */
	__u32 policy;		/* 0 vee14, 1 vamp */
	__u32 nr_vcpus;
	__u32 nr_tasks;		/* guest tasks in the table */
	__u32 vm_load;		/* percent of one CPU, at the last phase start */
	__u32 track;		/* 0 sample, 1 trap */
	__u64 phase_left_ns;	/* 0 outside a phase */
	__u64 mem_bytes;
	__u64 audio_accesses;	/* to its sound devices, by tasks */
	__u32 output;		/* 1: sound started or prolonged its last phase */
	__u32 sound_ranges;	/* that are set */
	__u32 reschedule_vector;	/* learned or set */
	__s32 audio_vcpu;	/* vcpu_id that last accessed a sound device, or -1 */
	__u32 reactive_load;	/* percent, at the last profiling tick */
	__u32 tasks_evicted;	/* from its table since it began, to make room */
	__u64 phase_ns;		/* since its phase began; 0 outside a phase */
	__u32 vm_waited;	/* percent of its load for which it waited for a CPU */
	__u32 reserved;
};

/* One vCPU. */
struct vamp_vcpu_info {
	__u32 size;
	__u32 vcpu_id;
	__s32 tid;		/* its thread, in the caller's pid namespace */
	__s32 base_nice;	/* the administrator's */
	__s32 nice_delta;	/* what vAMP adds now, 0 when not throttled */
	__u32 reason;		/* enum vamp_reason of the last decision */
	__u64 task_id;		/* guest page frame of the current address space */
	__u64 exec_ns;		/* time charged to guest tasks */
	__u64 run_delay_ns;	/* time it waited for a CPU */
	__u32 load;		/* now, percent */
	__u32 flags;		/* VAMP_VCPU_* */
	__u64 since_ns;		/* for so long it is throttled, or is not */
	__u64 waker;		/* task that woke the current one, or VAMP_WAKER_* */
};

#define VAMP_VCPU_LEFT_ALONE	(1u << 0)	/* not SCHED_OTHER: never touched */
#define VAMP_VCPU_PLACED_SLOW	(1u << 1)	/* see VAMP_IOC_PLACE */
#define VAMP_VCPU_PLACED_FAST	(1u << 2)

#define VAMP_WAKER_NONE		(~0ull)		/* not woken, or not known by whom */
#define VAMP_WAKER_INTERRUPT	(~0ull - 2)	/* an interrupt handler */

/* One guest task (address space). */
struct vamp_task_info {
	__u32 size;
	__u32 flags;		/* VAMP_TASK_* */
	__u64 id;		/* CR3 >> 12, normalised */
	__u64 exec_ns;		/* since it was first seen */
	__u32 avg;		/* now, percent of one CPU over the last window */
	__u32 load;		/* now, with its part of the run delay */
	__u32 vcpus;		/* number of vCPUs that it ran on */
	__u32 bg_conf;		/* 0..10 */
	__u32 reason;		/* enum vamp_reason of its class */
	__u32 audio_wakeups;	/* of sound servers, not yet averaged */
};

#define VAMP_TASK_BACKGROUND	(1u << 0)
#define VAMP_TASK_SYSTEM	(1u << 1)
#define VAMP_TASK_FOREGROUND	(1u << 2)	/* woke in answer to input */
#define VAMP_TASK_RUNNING	(1u << 3)
#define VAMP_TASK_SERVER	(1u << 4)	/* accesses the sound device */
#define VAMP_TASK_DOMINANT	(1u << 5)	/* wakes the server most */

/* One guest thread: a guest task on one vCPU. */
struct vamp_thread_info {
	__u32 size;
	__u32 vcpu_id;
	__u64 task_id;		/* as in struct vamp_task_info */
	__u32 avg;		/* now, percent of one CPU over the last window */
	__u32 flags;		/* VAMP_THREAD_* */
};

#define VAMP_THREAD_RUNNING	(1u << 0)	/* current on that vCPU */

/*
 * Why a task has its class or a vCPU its weight. Kept in step with the core's
 * vamp_reason_name().
 */
enum vamp_reason {
	VAMP_WHY_NONE = 0,
	/* tasks */
	VAMP_WHY_LOAD_ABOVE,		/* background: load above the threshold */
	VAMP_WHY_LOAD_BELOW,
	VAMP_WHY_SYSTEM_TASK,
	VAMP_WHY_ANSWERS_INPUT,		/* began to run right after an input */
	VAMP_WHY_NOT_SUSTAINED,		/* loaded, but not for long enough yet */
	VAMP_WHY_NOT_MIXED,		/* the VM has too little load to matter */
	VAMP_WHY_NEW_TASK,		/* first seen after the classification */
	/* vCPUs */
	VAMP_WHY_NO_PHASE,		/* full weight: no MIXED phase */
	VAMP_WHY_RUNS_BACKGROUND,	/* slow */
	VAMP_WHY_RUNS_INTERACTIVE,	/* full: a task that is not background */
	VAMP_WHY_RAN_INTERACTIVE,	/* full: lately, and it may run again */
	VAMP_WHY_INTERRUPT,		/* full: an interrupt that may wake one */
	VAMP_WHY_HALTED,		/* full: idle, the next to wake waits least */
	VAMP_WHY_MAKES_ROOM,		/* slow: background, beside a neighbour's answer */
	VAMP_WHY_PHASE_END,
	VAMP_WHY_SWITCHED_OFF,
	VAMP_WHY_VM_END,
	VAMP_WHY_UNLOAD,
	/* added later */
	VAMP_WHY_MAKES_AUDIO,		/* task: not background, the user hears it */
	VAMP_WHY_QUIET,			/* vCPU: phase ended, nobody answered */
	VAMP_WHY_UNATTENDED,		/* vCPU: so it did, see VAMP_IOC_ATTEND */
	VAMP_WHY_PLACED_SLOW,		/* slow: see VAMP_IOC_PLACE */
	VAMP_WHY_PLACED_FAST,		/* full */
	VAMP_REASONS
};

/*
 * A list: the caller gives room for `capacity` entries of `entry_size` bytes
 * at `entries`; the module fills `count` of them and says in `total` how many
 * there are. At most VAMP_LIST_MAX entries a call; `first` continues.
 */
#define VAMP_LIST_MAX	1024

struct vamp_list {
	__u32 size;
	__u32 version;
	__s32 pid;		/* which VM (not for VAMP_IOC_VMS) */
	__u32 first;
	__u32 capacity;
	__u32 entry_size;
	__u32 count;		/* out */
	__u32 total;		/* out */
	__u64 entries;		/* user pointer */
};

/* Counters since the module was loaded. */
struct vamp_counters {
	__u32 size;
	__u32 version;
	__u64 entries;			/* VM entries seen */
	__u64 task_switches;		/* changes of address space seen */
	__u64 vms_created;
	__u64 vms_freed;
	__u64 vms_refused;		/* over the limit, or no memory */
	__u64 inputs;
	__u64 inputs_refused;
	__u64 phases;
	__u64 phases_mixed;
	__u64 classify_runs;
	__u64 classify_max_ns;		/* longest whole classification */
	__u64 irqsoff_max_ns;		/* longest chunk with the VM's lock held */
	__u64 nice_set;			/* times that a vCPU was slowed or eased */
	__u64 nice_restored;		/* of these, back to the administrator's */
	__u64 nice_outside;		/* administrator's changes noticed */
	__u64 interrupt_hints;		/* vCPUs eased by an arriving interrupt */
	__u64 not_fair;			/* vCPUs left alone: real-time, idle, deadline */
	__u64 tasks_evicted;
	__u64 nested_skipped;		/* entries into a guest's own guest */
	__u64 cr3_hidden;		/* VMs whose address spaces cannot be read */
	__u64 trap_refused;		/* VMs sampled because trapping is unsafe */
	__u64 events_lost;		/* events that slow readers missed */
	__u64 ipis;			/* interrupts from vCPU to vCPU */
	__u64 injections;		/* interrupts injected */
	__u64 audio_accesses;		/* to sound devices, by tasks */
	__u64 audio_handlers;		/* the same by interrupt handlers */
	__u64 phases_output;		/* started by sound; contained in phases */
	__u64 phases_quiet;		/* ended early, nobody answered */
	__u64 boosts;			/* vCPUs boosted (kvm_partial_boost) */
	__u64 placements;		/* reports of guests (VAMP_IOC_PLACE) */
	__u64 placements_late;		/* the same, refused: no phase any more */
	__u64 reasons[VAMP_REASONS];	/* vCPU decisions, by reason */
};

/* What read() on /dev/vamp returns, whole records only; poll() works. */
enum vamp_event_type {
	VAMP_EVENT_VM_NEW = 1,
	VAMP_EVENT_VM_GONE = 2,
	VAMP_EVENT_PHASE_START = 3,
	VAMP_EVENT_PHASE_END = 4,
	VAMP_EVENT_LOST = 5,		/* arg: how many were dropped here */
};

struct vamp_event {
	__u32 size;
	__u32 version;
	__u32 type;		/* enum vamp_event_type */
	__s32 pid;		/* VM, in the reader's pid namespace */
	__u64 time_ns;
	__u32 phase;		/* PHASE_*: enum vamp_phase begun or ended */
	__u32 vm_load;
	__u32 background;	/* PHASE_START: background tasks found */
	__u32 arg;		/* PHASE_START: 1 if sound started it */
};

#define VAMP_IOC_MAGIC		'V'
#define VAMP_IOC_INPUT		_IOWR(VAMP_IOC_MAGIC, 0xa0, struct vamp_input)
#define VAMP_IOC_VMS		_IOWR(VAMP_IOC_MAGIC, 0xa1, struct vamp_list)
#define VAMP_IOC_VCPUS		_IOWR(VAMP_IOC_MAGIC, 0xa2, struct vamp_list)
#define VAMP_IOC_TASKS		_IOWR(VAMP_IOC_MAGIC, 0xa3, struct vamp_list)
#define VAMP_IOC_COUNTERS	_IOWR(VAMP_IOC_MAGIC, 0xa4, struct vamp_counters)
#define VAMP_IOC_SOUND		_IOW(VAMP_IOC_MAGIC, 0xa5, struct vamp_sound)
#define VAMP_IOC_THREADS	_IOWR(VAMP_IOC_MAGIC, 0xa6, struct vamp_list)
#define VAMP_IOC_RENEW		_IOW(VAMP_IOC_MAGIC, 0xa7, struct vamp_renew)

/*
 * VAMP_IOC_ATTEND - phases last no longer than this open file: when the last file
 * that said so is closed, and be it because its program was killed, all phases
 * end at once. Without any they last as long as the parameters say.
 */
#define VAMP_IOC_ATTEND		_IO(VAMP_IOC_MAGIC, 0xa8)

#define VAMP_IOC_PLACE		_IOW(VAMP_IOC_MAGIC, 0xa9, struct vamp_place)

#define VAMP_IOC_OUTPUT		_IOW(VAMP_IOC_MAGIC, 0xaa, struct vamp_output)

#endif /* VAMP_UAPI_H */
