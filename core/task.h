/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * task.h - the guest tasks of one VM: a bounded table of address spaces.
 *
 * A guest task is an address space, named by the page frame of its root page
 * table. A guest thread is a task on one vCPU: it has the load ring. Both come
 * from fixed pools; when one is empty the least recently run task that runs
 * nowhere makes room, so a guest can make the host forget but not allocate.
 *
 * An id tells nothing about who has it: guests recycle root pages. A task that
 * did not run for a whole load window therefore starts fresh.
 *
 * Nothing here sleeps, locks or allocates: the caller holds the VM's lock.
 */
#ifndef VAMP_CORE_TASK_H
#define VAMP_CORE_TASK_H

#include "load.h"
#include "reason.h"

#define TASK_NONE	0xffffu		/* no index */
#define TASK_NO_ID	(~0ull)
#define BG_CONF_MAX	10

enum vamp_task_flags {
	TASK_USED = 1 << 0,
	TASK_BACKGROUND = 1 << 1,
	TASK_SERVER = 1 << 2,	/* accesses the sound device (audio.h) */
	TASK_DOMINANT = 1 << 3,	/* wakes the server most */
};

struct vamp_task {
	u64 id;
	u64 exec_ns;		/* total charged */
	u64 last_ran;		/* when it last arrived or was charged */
	u64 busy_since;		/* start of its present spell of activity */
	u64 answered;		/* the input that this spell, or an earlier one, answers */
	u64 answer_began;	/* exec_ns then */
	u64 profiled;		/* exec_ns at the last profiling tick */
	u64 audio_seen;		/* when it last was seen as a sound server */
	u32 age;		/* epoch in which it was made the newest */
	u16 hash_next;
	u16 newer, older;	/* neighbours by age */
	u16 threads;		/* list by vamp_thread.next */
	u16 running;		/* number of vCPUs where it is current */
	u16 vcpu;		/* where it last was current */
	u16 load;		/* percent, at the last classification */
	u16 audio_count;	/* wake-ups of a server, since last counted */
	u16 audio_avg;		/* and their average over phases */
	u8 audio_served;	/* accesses lately, as of then: audio.c */
	u8 audio_halvings;
	u8 flags;
	u8 bg_conf;		/* 0..BG_CONF_MAX */
	u8 why;			/* enum vamp_why of its class */
	u8 threshold;		/* percent of one CPU; above it is background */
	u8 spare[4];		/* 96 bytes: cheap to index */
};

struct vamp_thread {
	struct vamp_load load;
	u64 left_clock;		/* the vCPU's exec_ns when it last was current */
	u64 left_delay;		/* the vCPU's run delay then */
	u16 task;
	u16 vcpu;
	u16 next;
};

struct vamp_tasks {
	struct vamp_task *task;
	struct vamp_thread *thread;
	u16 *hash;
	u16 nr_tasks, nr_threads, hash_mask;	/* capacities */
	u16 used;
	u16 free_task, free_thread;
	u16 newest, oldest;
	u64 evicted;
};

/* Bytes that a table of these capacities needs; capacities below 65,535. */
size_t vamp_tasks_size(u32 nr_tasks, u32 nr_threads);

/* Lays an empty table out in zeroed, 8-byte aligned @mem of that size. */
void vamp_tasks_init(struct vamp_tasks *t, void *mem, u32 nr_tasks,
		     u32 nr_threads);

/*
 * The thread of task @id on @vcpu, made if need be. Its task becomes the newest
 * unless it was made so in this epoch already. A made thread has an empty ring
 * at @e. Never fails as long as there are more tasks and threads than vCPUs: it
 * evicts. Amortised O(1).
 */
u16 vamp_tasks_arrive(struct vamp_tasks *t, u64 id, u16 vcpu,
		      const struct vamp_epoch *e);

/*
 * True if @guess, a thread perhaps freed or TASK_NONE, is what
 * vamp_tasks_arrive() would return and nothing would have to be changed.
 */
static inline bool vamp_tasks_guess(const struct vamp_tasks *t, u16 guess,
				    u64 id, u16 vcpu,
				    const struct vamp_epoch *e)
{
	const struct vamp_thread *h = &t->thread[guess];
	const struct vamp_task *k;

	if (guess == TASK_NONE || h->vcpu != vcpu || h->task == TASK_NONE)
		return false;
	k = &t->task[h->task];
	return k->id == id && k->age == (u32)e->number;
}

/* Index of task @id, or TASK_NONE. */
u16 vamp_tasks_find(const struct vamp_tasks *t, u64 id);

/* Forgets everything about a task but its id and its place in the table. */
void vamp_task_refresh(struct vamp_tasks *t, u16 task,
		       const struct vamp_epoch *e);

/* Its present spell of activity answers the input at @input. */
static inline void vamp_task_answers(struct vamp_task *k, u64 input)
{
	k->answered = input;
	k->answer_began = k->exec_ns;
}

static inline struct vamp_task *vamp_task_of(struct vamp_tasks *t, u16 thread)
{
	return &t->task[t->thread[thread].task];
}

#endif /* VAMP_CORE_TASK_H */
