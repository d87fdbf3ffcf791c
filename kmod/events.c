// SPDX-License-Identifier: GPL-2.0-only
/*
 * events.c - rings of events for readers of /dev/vamp.
 */
#include "events.h"

#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "counters.h"

#define RING	256

struct reader {
	struct list_head list;
	wait_queue_head_t wait;
	/* the rest: events_lock */
	u32 head, tail;		/* free running */
	u32 lost;
	struct {
		struct vamp_event event;
		struct pid *pid;	/* referenced */
	} ring[RING];
};

static LIST_HEAD(readers);
static u32 nr_readers;
static DEFINE_MUTEX(events_lock);

struct reader *events_open(void)
{
	struct reader *r = kvzalloc(sizeof(*r), GFP_KERNEL);
	bool full;

	if (!r)
		return ERR_PTR(-ENOMEM);
	init_waitqueue_head(&r->wait);
	mutex_lock(&events_lock);
	full = nr_readers >= EVENTS_READERS;
	if (!full) {
		list_add(&r->list, &readers);
		nr_readers++;
	}
	mutex_unlock(&events_lock);
	if (!full)
		return r;
	kvfree(r);
	return ERR_PTR(-EBUSY);
}

void events_close(struct reader *r)
{
	mutex_lock(&events_lock);
	list_del(&r->list);
	nr_readers--;
	mutex_unlock(&events_lock);
	while (r->tail != r->head)
		put_pid(r->ring[r->tail++ % RING].pid);
	kvfree(r);
}

static void put(struct reader *r, const struct vamp_event *e, struct pid *pid)
{
	if (r->head - r->tail >= RING) {
		r->lost++;
		count(events_lost);
		return;
	}
	r->ring[r->head % RING].event = *e;
	r->ring[r->head % RING].pid = get_pid(pid);
	r->head++;
	wake_up_interruptible(&r->wait);
}

static void publish(const struct vamp_event *e, struct pid *pid)
{
	struct reader *r;

	mutex_lock(&events_lock);
	list_for_each_entry(r, &readers, list)
		put(r, e, pid);
	mutex_unlock(&events_lock);
}

void events_vm(enum vamp_event_type type, const struct host_vm *vm)
{
	struct vamp_event e = {
		.size = sizeof(e),
		.version = VAMP_UAPI_VERSION,
		.type = type,
		.time_ns = local_clock(),
	};

	publish(&e, vm->pid);
}

void events_phase(enum vamp_event_type type, const struct host_vm *vm, u8 phase)
{
	struct vamp_event e = {
		.size = sizeof(e),
		.version = VAMP_UAPI_VERSION,
		.type = type,
		.time_ns = local_clock(),
		.phase = phase,
		.vm_load = vm->core->vm_load,
		.background = vm->core->background,
		.arg = type == VAMP_EVENT_PHASE_START && vm->core->audio.output,
	};

	publish(&e, vm->pid);
}

static bool waiting(struct reader *r)
{
	return READ_ONCE(r->head) != READ_ONCE(r->tail) || READ_ONCE(r->lost);
}

/* Takes one event; what was lost is told after what came before it. */
static bool take(struct reader *r, struct vamp_event *e)
{
	bool got = true;
	struct pid *pid;

	mutex_lock(&events_lock);
	if (r->head != r->tail) {
		*e = r->ring[r->tail % RING].event;
		pid = r->ring[r->tail % RING].pid;
		e->pid = pid_vnr(pid);
		put_pid(pid);
		r->tail++;
	} else if (r->lost) {
		*e = (struct vamp_event){
			.size = sizeof(*e),
			.version = VAMP_UAPI_VERSION,
			.type = VAMP_EVENT_LOST,
			.time_ns = local_clock(),
			.arg = r->lost,
		};
		r->lost = 0;
	} else {
		got = false;
	}
	mutex_unlock(&events_lock);
	return got;
}

ssize_t events_read(struct reader *r, char __user *buf, size_t size,
		    bool nonblock)
{
	struct vamp_event e;
	ssize_t done = 0;
	int err;

	if (size < sizeof(e))
		return -EINVAL;
	if (!waiting(r) && nonblock)
		return -EAGAIN;
	err = wait_event_interruptible(r->wait, waiting(r));
	if (err)
		return err;
	while (size - done >= sizeof(e) && take(r, &e)) {
		if (copy_to_user(buf + done, &e, sizeof(e)))
			return done ? done : -EFAULT;
		done += sizeof(e);
	}
	return done ? done : -EAGAIN;
}

__poll_t events_poll(struct reader *r, struct file *file, poll_table *wait)
{
	poll_wait(file, &r->wait, wait);
	return waiting(r) ? EPOLLIN | EPOLLRDNORM : 0;
}
