// SPDX-License-Identifier: GPL-2.0-only
/*
 * device.c - /dev/vamp: inputs in, lists, counters and events out.
 *
 * Who may: CAP_SYS_NICE in the initial user namespace, looked at in every call,
 * before anything of it is read; so a passed file descriptor gives nothing.
 */
#include "device.h"

#include <linux/build_bug.h>
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <vamp/uapi.h>

#include "attendant.h"
#include "compat.h"
#include "core/policy.h"
#include "counters.h"
#include "events.h"
#include "params.h"
#include "phase.h"
#include "placement.h"
#include "registry.h"

static_assert((int)VAMP_WHY_UNLOAD == (int)WHY_UNLOAD);
static_assert((int)VAMP_WHY_UNATTENDED == (int)WHY_UNATTENDED);
static_assert((int)VAMP_WHY_PLACED_FAST == (int)WHY_PLACED_FAST);
static_assert((int)VAMP_REASONS == (int)WHY_COUNT);
static_assert((int)VAMP_INPUT_TYPES == (int)INPUT_KINDS);
static_assert((int)VAMP_INPUT_RESULTS == (int)EFFECT_COUNT);
static_assert((int)VAMP_PHASE_MIXED == (int)PHASE_MIXED);
static_assert(VAMP_WAKER_NONE == TASK_NO_ID);
static_assert(VAMP_WAKER_INTERRUPT == WAKER_ID_INTERRUPT);

/* One open file. */
struct client {
	struct reader *reader;
	int attends;		/* 0 or 1: phases end with it */
	struct attendant attendant;
};

static bool allowed(void)
{
	return capable(CAP_SYS_NICE);
}

/* Copies a structure that begins with its size and version. */
static int get_struct(void *to, const void __user *from, u32 size)
{
	u32 *head = to;

	if (copy_from_user(to, from, size))
		return -EFAULT;
	if (head[0] != size || head[1] != VAMP_UAPI_VERSION)
		return -EINVAL;
	return 0;
}

static struct pid *pid_of_pidfd(int fd)
{
	struct file *file = fget(fd);
	struct pid *pid;

	if (!file)
		return NULL;
	pid = get_pid(vamp_pidfd_pid(file));
	fput(file);
	return pid;
}

static int send_input(struct host_vm *vm, void *arg)
{
	const struct vamp_input *in = arg;

	return phase_input(vm, (enum vamp_input_kind)in->type, in->code);
}

static bool input_valid(const struct vamp_input *in)
{
	return in->type < VAMP_INPUT_TYPES && in->code < 256 && !in->reserved &&
	       (in->pid > 0) != (in->pidfd >= 0);
}

static long do_input(void __user *arg)
{
	struct vamp_input in;
	struct pid *pid;
	long ret;

	ret = get_struct(&in, arg, sizeof(in));
	if (ret)
		return ret;
	if (!input_valid(&in))
		return -EINVAL;
	pid = in.pid > 0 ? find_get_pid(in.pid) : pid_of_pidfd(in.pidfd);
	if (!pid)
		return in.pid > 0 ? -ESRCH : -EBADF;
	ret = registry_with(pid, send_input, &in);
	put_pid(pid);
	if (ret < 0)
		return ret;
	in.result = ret;
	return copy_to_user(arg, &in, sizeof(in)) ? -EFAULT : 0;
}

static int set_sound(struct host_vm *vm, void *arg)
{
	sound_set(vm, arg);
	return 0;
}

static long do_sound(void __user *arg)
{
	struct vamp_sound s;
	struct pid *pid;
	long ret;

	ret = get_struct(&s, arg, sizeof(s));
	if (!ret)
		ret = sound_check(&s);
	if (ret)
		return ret;
	pid = find_get_pid(s.pid);
	if (!pid)
		return -ESRCH;
	ret = registry_with(pid, set_sound, &s);
	put_pid(pid);
	return ret;
}

static int set_placement(struct host_vm *vm, void *arg)
{
	return placement_set(vm, arg);
}

static long do_place(void __user *arg)
{
	struct vamp_place p;
	struct pid *pid;
	long ret;

	ret = get_struct(&p, arg, sizeof(p));
	if (!ret)
		ret = placement_check(&p);
	if (ret)
		return ret;
	pid = find_get_pid(p.pid);
	if (!pid)
		return -ESRCH;
	ret = registry_with(pid, set_placement, &p);
	put_pid(pid);
	return ret;
}

/* Who makes it must be known, or it is that one that would be slowed. */
static int start_output(struct host_vm *vm, void *arg)
{
	unsigned long flags;
	int ret = -EAGAIN;

	if (!vamp_config.kvm_vamp)
		return -EOPNOTSUPP;
	raw_spin_lock_irqsave(&vm->lock, flags);
	if (vamp_audio_heard(&vm->core->audio, local_clock())) {
		phase_output_soon(vm);
		ret = 0;
	}
	raw_spin_unlock_irqrestore(&vm->lock, flags);
	return ret;
}

static long do_output(void __user *arg)
{
	struct vamp_output o;
	struct pid *pid;
	long ret;

	ret = get_struct(&o, arg, sizeof(o));
	if (ret)
		return ret;
	if (o.reserved)
		return -EINVAL;
	pid = find_get_pid(o.pid);
	if (!pid)
		return -ESRCH;
	ret = registry_with(pid, start_output, NULL);
	put_pid(pid);
	return ret;
}

/* A list being filled: `made` entries of those asked for. */
struct listing {
	struct vamp_list ask;
	void *entries;
	u32 made;
	u32 seen;
};

/* Room for the next entry, or NULL if it is not asked for. */
static void *next_entry(struct listing *l)
{
	u32 number = l->seen++;

	if (number < l->ask.first || l->made >= l->ask.capacity)
		return NULL;
	return l->entries + (size_t)l->made++ * l->ask.entry_size;
}

static void fill_sound(struct vamp_vm_info *e, const struct host_vm *vm)
{
	const struct vamp_audio *a = &vm->core->audio;

	e->audio_accesses = a->accesses;
	e->output = a->output;
	e->sound_ranges = vm->sound.nr;
	e->reschedule_vector = vamp_vectors_main(&vm->core->vectors);
	e->audio_vcpu = a->accesses ? vm->seat[a->vcpu].vcpu_id : -1;
}

static void fill_phase(struct vamp_vm_info *e, const struct host_vm *vm)
{
	u64 now = local_clock();

	e->phase = vm->core->phase;
	if (e->phase == PHASE_NORMAL)
		return;
	e->phase_ns = vamp_sub(now, vm->phase_began);
	e->phase_left_ns = vamp_sub(vm->core->phase_ends, now);
}

static void fill_vm(struct vamp_vm_info *e, struct host_vm *vm)
{
	const struct vamp_vm *c = vm->core;
	unsigned long flags;
	u32 i;

	raw_spin_lock_irqsave(&vm->lock, flags);
	*e = (struct vamp_vm_info){
		.size = sizeof(*e),
		.pid = pid_vnr(vm->pid),
		.policy = c->policy == &vamp_policy_vamp,
		.nr_tasks = c->tasks.used,
		.vm_load = c->vm_load,
		.vm_waited = c->waited,
		.track = c->track,
		.mem_bytes = vm->bytes,
		.reactive_load = c->reactive_load,
		.tasks_evicted = (u32)vamp_min(c->tasks.evicted, (u64)~0u),
	};
	for (i = 0; i < vm->nr_seats; i++)
		e->nr_vcpus += vm->seat[i].task != NULL;
	fill_sound(e, vm);
	fill_phase(e, vm);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
}

static int list_vm(struct host_vm *vm, void *arg)
{
	struct vamp_vm_info *e = next_entry(arg);

	if (e)
		fill_vm(e, vm);
	return 0;
}

static u64 epoch_now(const struct host_vm *vm)
{
	struct vamp_epoch e = vm->core->epoch;

	vamp_epoch_seek(&e, local_clock());
	return e.number;
}

static u32 vcpu_flags(const struct seat *seat)
{
	u32 flags = seat->left_alone ? VAMP_VCPU_LEFT_ALONE : 0;

	if (seat->vcpu->placed == PLACED_SLOW)
		flags |= VAMP_VCPU_PLACED_SLOW;
	else if (seat->vcpu->placed == PLACED_FAST)
		flags |= VAMP_VCPU_PLACED_FAST;
	return flags;
}

static void fill_vcpu(struct vamp_vcpu_info *e, struct host_vm *vm, u32 i)
{
	const struct vamp_vcpu *v = &vm->core->vcpu[i];
	const struct vamp_task *k = vamp_vcpu_task(vm->core, v);
	const struct seat *seat = &vm->seat[i];
	u32 potential;

	*e = (struct vamp_vcpu_info){
		.size = sizeof(*e),
		.vcpu_id = seat->vcpu_id,
		.tid = task_pid_vnr(seat->task),
		.base_nice = seat->delta ? seat->base : task_nice(seat->task),
		.nice_delta = seat->delta,
		.reason = v->given.why,
		.task_id = k ? k->id : 0,
		.exec_ns = v->exec_ns,
		.run_delay_ns = v->acct_delay,
		.load = vamp_vcpu_load(vm->core, v, epoch_now(vm), &potential),
		.flags = vcpu_flags(seat),
		.since_ns = vamp_sub(local_clock(), seat->since),
		.waker = vamp_waker_of(vm->core, v),
	};
}

static int list_vcpus(struct host_vm *vm, void *arg)
{
	struct vamp_vcpu_info *e;
	unsigned long flags;
	u32 i;

	vm_sync(vm);
	for (i = 0; i < vm->nr_seats; i++) {
		raw_spin_lock_irqsave(&vm->lock, flags);
		e = vm->seat[i].task ? next_entry(arg) : NULL;
		if (e)
			fill_vcpu(e, vm, i);
		raw_spin_unlock_irqrestore(&vm->lock, flags);
	}
	return 0;
}

static u32 task_flags(const struct vamp_vm *c, const struct vamp_task *k)
{
	u32 flags = 0;

	if (k->flags & TASK_BACKGROUND)
		flags |= VAMP_TASK_BACKGROUND;
	if (k->id == c->system_task)
		flags |= VAMP_TASK_SYSTEM;
	if (k->answered)
		flags |= VAMP_TASK_FOREGROUND;
	if (k->running)
		flags |= VAMP_TASK_RUNNING;
	if (k->flags & TASK_SERVER && vamp_audio_is(c, k, local_clock()))
		flags |= VAMP_TASK_SERVER;
	if (k->flags & TASK_DOMINANT && vamp_audio_is(c, k, local_clock()))
		flags |= VAMP_TASK_DOMINANT;
	return flags;
}

static u32 nr_threads(const struct vamp_vm *c, const struct vamp_task *k)
{
	u32 n = 0;
	u16 i;

	for (i = k->threads; i != TASK_NONE; i = c->tasks.thread[i].next)
		n++;
	return n;
}

static void fill_task(struct vamp_task_info *e, struct host_vm *vm, u16 i)
{
	const struct vamp_task *k = &vm->core->tasks.task[i];
	u32 potential;

	*e = (struct vamp_task_info){
		.size = sizeof(*e),
		.flags = task_flags(vm->core, k),
		.id = k->id,
		.exec_ns = k->exec_ns,
		.avg = vamp_task_load(vm->core, i, epoch_now(vm), &potential),
		.vcpus = nr_threads(vm->core, k),
		.bg_conf = k->bg_conf,
		.reason = k->why,
		.audio_wakeups = k->audio_count,
	};
	e->load = e->avg + potential;
}

static int list_tasks(struct host_vm *vm, void *arg)
{
	const struct vamp_tasks *t = &vm->core->tasks;
	struct vamp_task_info *e;
	unsigned long flags;
	u32 i;

	vm_sync(vm);
	for (i = 0; i < t->nr_tasks; i++) {
		raw_spin_lock_irqsave(&vm->lock, flags);
		e = t->task[i].flags & TASK_USED ? next_entry(arg) : NULL;
		if (e)
			fill_task(e, vm, i);
		raw_spin_unlock_irqrestore(&vm->lock, flags);
	}
	return 0;
}

static u32 thread_load(const struct host_vm *vm, const struct vamp_thread *h)
{
	u64 epoch = epoch_now(vm);

	if (!vamp_load_valid(&h->load, epoch))
		return 0;
	return vamp_load_pct(vamp_load_window(&h->load, epoch),
			     vm->core->epoch.length);
}

static void fill_thread(struct vamp_thread_info *e, const struct host_vm *vm,
			u16 i)
{
	const struct vamp_thread *h = &vm->core->tasks.thread[i];

	*e = (struct vamp_thread_info){
		.size = sizeof(*e),
		.vcpu_id = vm->seat[h->vcpu].vcpu_id,
		.task_id = vm->core->tasks.task[h->task].id,
		.avg = thread_load(vm, h),
	};
	if (vm->core->vcpu[h->vcpu].thread == i)
		e->flags |= VAMP_THREAD_RUNNING;
}

static void list_threads_of(struct host_vm *vm, u16 task, struct listing *l)
{
	const struct vamp_tasks *t = &vm->core->tasks;
	struct vamp_thread_info *e;
	u16 i;

	for (i = t->task[task].threads; i != TASK_NONE; i = t->thread[i].next) {
		e = next_entry(l);
		if (e)
			fill_thread(e, vm, i);
	}
}

static int list_threads(struct host_vm *vm, void *arg)
{
	const struct vamp_tasks *t = &vm->core->tasks;
	unsigned long flags;
	u32 i;

	vm_sync(vm);
	for (i = 0; i < t->nr_tasks; i++) {
		raw_spin_lock_irqsave(&vm->lock, flags);
		if (t->task[i].flags & TASK_USED)
			list_threads_of(vm, (u16)i, arg);
		raw_spin_unlock_irqrestore(&vm->lock, flags);
	}
	return 0;
}

/* Which list an ioctl is. */
struct list_kind {
	u32 entry_size;
	int (*fill)(struct host_vm *vm, void *arg);
	bool of_one_vm;
};

static int fill_list(const struct list_kind *kind, struct listing *l)
{
	struct pid *pid;
	int ret;

	if (!kind->of_one_vm)
		return registry_each(kind->fill, l);
	pid = find_get_pid(l->ask.pid);
	if (!pid)
		return -ESRCH;
	ret = registry_with(pid, kind->fill, l);
	put_pid(pid);
	return ret;
}

static int give_list(struct listing *l, void __user *arg)
{
	size_t bytes = (size_t)l->made * l->ask.entry_size;

	l->ask.count = l->made;
	l->ask.total = l->seen;
	if (copy_to_user(u64_to_user_ptr(l->ask.entries), l->entries, bytes) ||
	    copy_to_user(arg, &l->ask, sizeof(l->ask)))
		return -EFAULT;
	return 0;
}

static long do_list(void __user *arg, const struct list_kind *kind)
{
	struct listing l = {};
	long ret;

	ret = get_struct(&l.ask, arg, sizeof(l.ask));
	if (ret)
		return ret;
	if (l.ask.entry_size != kind->entry_size ||
	    l.ask.capacity > VAMP_LIST_MAX)
		return -EINVAL;
	l.entries = kvcalloc(l.ask.capacity + 1, l.ask.entry_size, GFP_KERNEL);
	if (!l.entries)
		return -ENOMEM;
	ret = fill_list(kind, &l);
	if (!ret)
		ret = give_list(&l, arg);
	kvfree(l.entries);
	return ret;
}

static long do_renew(void __user *arg)
{
	struct vamp_renew r;
	struct pid *pid;
	long ret;

	ret = get_struct(&r, arg, sizeof(r));
	if (ret)
		return ret;
	if (r.reserved)
		return -EINVAL;
	pid = find_get_pid(r.pid);
	if (!pid)
		return -ESRCH;
	ret = registry_renew(pid);
	put_pid(pid);
	return ret;
}

static long do_counters(void __user *arg)
{
	struct vamp_counters *c;
	u32 head[2];
	long ret = 0;

	if (copy_from_user(head, arg, sizeof(head)))
		return -EFAULT;
	if (head[0] != sizeof(*c) || head[1] != VAMP_UAPI_VERSION)
		return -EINVAL;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	counters_read(c);
	if (copy_to_user(arg, c, sizeof(*c)))
		ret = -EFAULT;
	kfree(c);
	return ret;
}

static long do_attend(struct client *c)
{
	if (!xchg(&c->attends, 1))
		attendant_add(&c->attendant);
	return 0;
}

static const struct list_kind vms = { sizeof(struct vamp_vm_info), list_vm,
				      false };
static const struct list_kind vcpus = { sizeof(struct vamp_vcpu_info),
					list_vcpus, true };
static const struct list_kind tasks = { sizeof(struct vamp_task_info),
					list_tasks, true };
static const struct list_kind threads = { sizeof(struct vamp_thread_info),
					  list_threads, true };

static long vamp_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *p = (void __user *)arg;

	if (!allowed())
		return -EPERM;
	switch (cmd) {
	case VAMP_IOC_INPUT:
		return do_input(p);
	case VAMP_IOC_SOUND:
		return do_sound(p);
	case VAMP_IOC_PLACE:
		return do_place(p);
	case VAMP_IOC_OUTPUT:
		return do_output(p);
	case VAMP_IOC_RENEW:
		return do_renew(p);
	case VAMP_IOC_VMS:
		return do_list(p, &vms);
	case VAMP_IOC_VCPUS:
		return do_list(p, &vcpus);
	case VAMP_IOC_TASKS:
		return do_list(p, &tasks);
	case VAMP_IOC_THREADS:
		return do_list(p, &threads);
	case VAMP_IOC_COUNTERS:
		return do_counters(p);
	case VAMP_IOC_ATTEND:
		return do_attend(file->private_data);
	default:
		return -ENOTTY;
	}
}

static int vamp_open(struct inode *inode, struct file *file)
{
	struct client *c;
	int err;

	if (!allowed())
		return -EPERM;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	c->reader = events_open();
	if (IS_ERR(c->reader)) {
		err = PTR_ERR(c->reader);
		kfree(c);
		return err;
	}
	file->private_data = c;
	return nonseekable_open(inode, file);
}

static int vamp_release(struct inode *inode, struct file *file)
{
	struct client *c = file->private_data;

	if (c->attends && attendant_remove(&c->attendant))
		phase_end_all(WHY_UNATTENDED);
	events_close(c->reader);
	kfree(c);
	return 0;
}

static ssize_t vamp_read(struct file *file, char __user *buf, size_t size,
			 loff_t *pos)
{
	struct client *c = file->private_data;

	if (!allowed())
		return -EPERM;
	return events_read(c->reader, buf, size, file->f_flags & O_NONBLOCK);
}

static __poll_t vamp_poll(struct file *file, poll_table *wait)
{
	struct client *c = file->private_data;

	return events_poll(c->reader, file, wait);
}

static const struct file_operations vamp_fops = {
	.owner = THIS_MODULE,
	.open = vamp_open,
	.release = vamp_release,
	.read = vamp_read,
	.poll = vamp_poll,
	.unlocked_ioctl = vamp_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice vamp_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vamp",
	.fops = &vamp_fops,
	.mode = 0600,
};

int device_init(void)
{
	return misc_register(&vamp_misc);
}

void device_exit(void)
{
	misc_deregister(&vamp_misc);
}
