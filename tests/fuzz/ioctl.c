// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ioctl.c - any calls of /dev/vamp, of anybody, with any memory.
 *
 * The module's device.c, attendant.c, events.c, sound.c and counters.c are the real
 * ones, on a host that is not (host.c). What a call may answer, read and write is
 * worked out here once more, from include/vamp/uapi.h.
 */
#include <stdlib.h>

#include <vamp/uapi.h>

#include "bytes.h"
#include "host.h"
#include "kmod/device.h"
#include "kmod/events.h"
#include "kmod/params.h"
#include "kmod/sound.h"
#include "must.h"
#include "shim/shim.h"

#define READERS		(EVENTS_READERS + 2)
#define MS		VAMP_NSEC_PER_MSEC

static struct bytes in;
static struct file readers[READERS];
static bool attends[READERS];	/* the phases, and is open */
static u8 before[USER_SIZE];

static unsigned long any_address(void)
{
	u32 offset = (u32)bytes_number(&in, 2);

	if (offset < 0xff00)
		return USER_BASE + offset % (USER_SIZE + 64);
	return (unsigned long)((long)(offset - 0xff80) * 4096);
}

/* ---- user memory ---- */

static void put(unsigned long at, const void *from, u32 size)
{
	if (user_holds(at, size))
		memcpy(user.mem + (at - USER_BASE), from, size);
}

/* A copy of what was there before the call. */
static bool get_before(unsigned long at, void *to, u32 size)
{
	if (!user_holds(at, size))
		return false;
	memcpy(to, before + (at - USER_BASE), size);
	return true;
}

static bool get_now(unsigned long at, void *to, u32 size)
{
	if (!user_holds(at, size))
		return false;
	memcpy(to, user.mem + (at - USER_BASE), size);
	return true;
}

static void op_write(void)
{
	unsigned long at = any_address();
	u8 data[256];
	u32 n = bytes_byte(&in);

	bytes_copy(&in, data, n);
	put(at, data, n);
}

static int any_pid(void)
{
	u8 code = bytes_byte(&in);

	return code < 0xf0 ? 100 + code % 5 : (int)code - 0xf8;
}

static void op_input_struct(void)
{
	struct vamp_input i = { sizeof(i), VAMP_UAPI_VERSION, any_pid(), -1 };
	u8 how;

	i.type = bytes_byte(&in);
	i.code = (u32)bytes_number(&in, 2);
	how = bytes_byte(&in);
	if (how & 1) {
		i.pidfd = (int)(how >> 1 & 15) - 4;
		i.pid = how & 0x20 ? i.pid : -1;
	}
	i.reserved = how >> 7;
	put(any_address(), &i, sizeof(i));
}

static void any_range(struct vamp_sound_range *r)
{
	u8 how = bytes_byte(&in);

	r->first = bytes_number(&in, how & 1 ? 8 : 2);
	r->last = r->first + bytes_number(&in, how & 2 ? 8 : 1);
	r->space = how >> 2 & 1;
	r->access = 1 + (how >> 4) % 3;
	if (how >> 4 == 15)
		r->access = how >> 2 & 3 ? 4 : 0;
	if (how >> 4 == 14)
		r->space = 2;
}

static void op_sound_struct(void)
{
	struct vamp_sound s = { sizeof(s), VAMP_UAPI_VERSION, any_pid() };
	u32 i;

	s.vector = (u32)bytes_number(&in, 2) % 300;
	s.nr_ranges = bytes_below(&in, VAMP_SOUND_RANGES + 2);
	s.reserved = bytes_byte(&in) >> 7;
	for (i = 0; i < s.nr_ranges && i < VAMP_SOUND_RANGES; i++)
		any_range(&s.range[i]);
	put(any_address(), &s, sizeof(s));
}

static void op_list_struct(void)
{
	static const u32 sizes[] = { sizeof(struct vamp_vm_info),
				     sizeof(struct vamp_vcpu_info),
				     sizeof(struct vamp_task_info),
				     sizeof(struct vamp_thread_info), 8 };
	struct vamp_list l = { sizeof(l), VAMP_UAPI_VERSION, any_pid() };

	l.first = bytes_byte(&in);
	l.capacity = (u32)bytes_number(&in, 2);
	l.entry_size = sizes[bytes_below(&in, ARRAY_SIZE(sizes))];
	l.entries = any_address();
	put(any_address(), &l, sizeof(l));
}

static void op_counters_struct(void)
{
	u32 head[] = { sizeof(struct vamp_counters), VAMP_UAPI_VERSION };

	put(any_address(), head, sizeof(head));
}

static void op_renew_struct(void)
{
	struct vamp_renew r = { sizeof(r), VAMP_UAPI_VERSION, any_pid() };

	r.reserved = bytes_byte(&in) >> 7;
	put(any_address(), &r, sizeof(r));
}

/* Sets of a few vCPUs, which seldom overlap. */
static void op_place_struct(void)
{
	struct vamp_place p = { sizeof(p), VAMP_UAPI_VERSION, any_pid() };
	u8 how = bytes_byte(&in);

	p.slow[how & 3] = bytes_number(&in, 2);
	p.fast[how >> 2 & 3] = bytes_number(&in, 2);
	if (how & 0x10)
		p.fast[how & 3] &= ~p.slow[how & 3];
	p.reserved = how >> 7;
	put(any_address(), &p, sizeof(p));
}

/* ---- what a call may do ---- */

static void check_reads(unsigned long at, size_t size)
{
	u32 i;

	for (i = 0; i < user.nr_reads; i++)
		must(user.read[i].at >= at &&
		     user.read[i].at - at + user.read[i].size <= size);
}

/* All writes were to one of the two places. */
static void check_writes(unsigned long at, size_t size, unsigned long at2,
			 size_t size2)
{
	u32 i;

	for (i = 0; i < user.nr_writes; i++) {
		const struct user_copy *w = &user.write[i];

		must((w->at >= at && w->at - at + w->size <= size) ||
		     (w->at >= at2 && w->at - at2 + w->size <= size2));
	}
}

static bool header_good(const void *s, u32 size)
{
	const u32 *head = s;

	return head[0] == size && head[1] == VAMP_UAPI_VERSION;
}

static long expect_input(const struct vamp_input *i)
{
	struct host_vm *vm;
	bool process;
	int pid = i->pid;

	if (!header_good(i, sizeof(*i)) || i->type > VAMP_INPUT_TOUCH_END ||
	    i->code > 255 || i->reserved)
		return -EINVAL;
	if ((i->pid > 0 && i->pidfd >= 0) || (i->pid <= 0 && i->pidfd < 0))
		return -EINVAL;
	if (i->pidfd >= 0)
		pid = host_pid_of_fd(i->pidfd);
	if (!pid)
		return -EBADF;
	vm = host_vm_of(pid, &process);
	return vm ? host.refusal : -ESRCH;
}

static void check_input(unsigned long at, long ret)
{
	struct vamp_input was, is;

	check_reads(at, sizeof(was));
	if (!get_before(at, &was, sizeof(was))) {
		must(ret == -EFAULT && !user.nr_writes);
		return;
	}
	must(ret == expect_input(&was));
	if (ret) {
		must(!user.nr_writes);
		return;
	}
	check_writes(at, sizeof(was), 0, 0);
	must(get_now(at, &is, sizeof(is)));
	must(is.result < VAMP_INPUT_RESULTS);
	must((int)is.result == host.last_effect);
	was.result = is.result;
	must(!memcmp(&was, &is, sizeof(is)));
}

static bool range_good(const struct vamp_sound_range *r)
{
	if (r->first > r->last || !r->access || r->access > 3)
		return false;
	return r->space == VAMP_SOUND_MMIO ||
	       (r->space == VAMP_SOUND_PIO && r->last < 65536);
}

static long expect_sound(const struct vamp_sound *s)
{
	bool process;
	u32 i;

	if (!header_good(s, sizeof(*s)) || s->reserved ||
	    s->nr_ranges > VAMP_SOUND_RANGES || s->vector > 255 ||
	    (s->vector && s->vector < 32))
		return -EINVAL;
	for (i = 0; i < s->nr_ranges; i++)
		if (!range_good(&s->range[i]))
			return -EINVAL;
	return host_vm_of(s->pid, &process) ? 0 : -ESRCH;
}

static void check_sound(unsigned long at, long ret)
{
	const struct host_vm *vm;
	struct vamp_sound s;
	bool process;

	check_reads(at, sizeof(s));
	must(!user.nr_writes);
	if (!get_before(at, &s, sizeof(s))) {
		must(ret == -EFAULT);
		return;
	}
	must(ret == expect_sound(&s));
	if (ret)
		return;
	vm = host_vm_of(s.pid, &process);
	must(vm->sound.nr == s.nr_ranges);
	must(!memcmp(vm->sound.range, s.range,
		     s.nr_ranges * sizeof(s.range[0])));
	must(vm->core->vectors.fixed == s.vector);
}

static u32 nr_threads(const struct vamp_tasks *t)
{
	u32 i, n = 0;
	u16 h;

	for (i = 0; i < t->nr_tasks; i++) {
		if (!(t->task[i].flags & TASK_USED))
			continue;
		for (h = t->task[i].threads; h != TASK_NONE;
		     h = t->thread[h].next)
			n++;
	}
	return n;
}

static void check_renew(unsigned long at, long ret)
{
	struct vamp_renew r;
	bool process;

	check_reads(at, sizeof(r));
	must(!user.nr_writes);
	if (!get_before(at, &r, sizeof(r)))
		must(ret == -EFAULT);
	else if (!header_good(&r, sizeof(r)) || r.reserved)
		must(ret == -EINVAL);
	else
		must(ret == (host_vm_of(r.pid, &process) ? 0 : -ESRCH));
}

static long expect_output(const struct vamp_output *o)
{
	const struct host_vm *vm;
	bool process;

	if (!header_good(o, sizeof(*o)) || o->reserved)
		return -EINVAL;
	vm = host_vm_of(o->pid, &process);
	if (!vm)
		return -ESRCH;
	if (!vamp_config.kvm_vamp)
		return -EOPNOTSUPP;
	return vamp_audio_heard(&vm->core->audio, local_clock()) ? 0 : -EAGAIN;
}

static void check_output(unsigned long at, long ret)
{
	struct vamp_output o;

	check_reads(at, sizeof(o));
	must(!user.nr_writes);
	must(ret ==
	     (get_before(at, &o, sizeof(o)) ? expect_output(&o) : -EFAULT));
}

static bool place_good(const struct vamp_place *p)
{
	u32 i;

	for (i = 0; i < VAMP_PLACE_WORDS; i++)
		if (p->slow[i] & p->fast[i])
			return false;
	return header_good(p, sizeof(*p)) && !p->reserved;
}

static bool place_empty(const struct vamp_place *p)
{
	u32 i;
	u64 all = 0;

	for (i = 0; i < VAMP_PLACE_WORDS; i++)
		all |= p->slow[i] | p->fast[i];
	return !all;
}

/* What was said of each vCPU is so; of those that are not named nothing is. */
static void check_placed(const struct host_vm *vm, const struct vamp_place *p)
{
	u32 i;

	for (i = 0; i < vm->nr_seats; i++) {
		int id = vm->seat[i].task ? vm->seat[i].vcpu_id : -1;
		u8 placed = PLACED_NOT;

		if (id >= 0 && id < 256 && p->slow[id / 64] >> id % 64 & 1)
			placed = PLACED_SLOW;
		else if (id >= 0 && id < 256 && p->fast[id / 64] >> id % 64 & 1)
			placed = PLACED_FAST;
		must(vm->core->vcpu[i].placed == placed);
	}
}

static void check_place(unsigned long at, long ret)
{
	const struct host_vm *vm;
	struct vamp_place p;
	bool process;

	check_reads(at, sizeof(p));
	must(!user.nr_writes);
	if (!get_before(at, &p, sizeof(p))) {
		must(ret == -EFAULT);
		return;
	}
	vm = host_vm_of(p.pid, &process);
	if (!place_good(&p))
		must(ret == -EINVAL);
	else if (!vm)
		must(ret == -ESRCH);
	else if (vm->core->phase != PHASE_MIXED)
		must(ret == (place_empty(&p) ? 0 : -EAGAIN));
	else
		check_placed(vm, &p);
}

/* How many entries there are in the list that @cmd asks for, or an error. */
static long length(u32 cmd, int pid)
{
	const struct host_vm *vm;
	bool process;
	u32 i, n = 0;

	if (cmd == VAMP_IOC_VMS)
		return HOST_VMS;
	vm = host_vm_of(pid, &process);
	if (!vm)
		return -ESRCH;
	if (cmd == VAMP_IOC_TASKS)
		return vm->core->tasks.used;
	if (cmd == VAMP_IOC_THREADS)
		return nr_threads(&vm->core->tasks);
	for (i = 0; i < vm->nr_seats; i++)
		n += vm->seat[i].task != NULL;
	return n;
}

static u32 entry_size(u32 cmd)
{
	switch (cmd) {
	case VAMP_IOC_VMS:
		return sizeof(struct vamp_vm_info);
	case VAMP_IOC_VCPUS:
		return sizeof(struct vamp_vcpu_info);
	case VAMP_IOC_THREADS:
		return sizeof(struct vamp_thread_info);
	default:
		return sizeof(struct vamp_task_info);
	}
}

/* Each entry begins with its size, the rest of the caller's room is as it was. */
static void check_entries(const struct vamp_list *was, u32 count)
{
	u32 i, size;

	for (i = 0; i < count; i++) {
		must(get_now(was->entries + (u64)i * was->entry_size, &size,
			     sizeof(size)));
		must(size == was->entry_size);
	}
}

static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

static void check_list(u32 cmd, unsigned long at, long ret, bool no_memory)
{
	struct vamp_list was, is;
	long total;
	u32 count;

	check_reads(at, sizeof(was));
	if (!get_before(at, &was, sizeof(was))) {
		must(ret == -EFAULT && !user.nr_writes);
		return;
	}
	total = length(cmd, was.pid);
	count = total > was.first ? (u32)total - was.first : 0;
	count = min(count, was.capacity);
	if (!header_good(&was, sizeof(was)) ||
	    was.entry_size != entry_size(cmd) || was.capacity > VAMP_LIST_MAX)
		total = -EINVAL;
	else if (no_memory)
		total = -ENOMEM;
	else if (total >= 0 &&
		 !user_holds(was.entries, (u64)count * was.entry_size) && count)
		total = -EFAULT;
	must(ret == (total < 0 ? total : 0));
	if (ret) {
		must(ret == -EFAULT || !user.nr_writes);
		check_writes(was.entries, (u64)count * was.entry_size, 0, 0);
		return;
	}
	check_writes(at, sizeof(was), was.entries, (u64)count * was.entry_size);
	must(get_now(at, &is, sizeof(is)));
	must(is.count == count && is.total == (u32)total);
	was.count = is.count;
	was.total = is.total;
	must(!memcmp(&was, &is, sizeof(is)));
	if (!overlap(was.entries, (u64)count * was.entry_size, at, sizeof(is)))
		check_entries(&was, count);
}

static void check_counters(unsigned long at, long ret, bool no_memory)
{
	struct vamp_counters is;
	u32 head[2];

	check_reads(at, sizeof(head));
	check_writes(at, sizeof(is), 0, 0);
	if (!get_before(at, head, sizeof(head)))
		must(ret == -EFAULT);
	else if (!header_good(head, sizeof(is)))
		must(ret == -EINVAL);
	else if (no_memory)
		must(ret == -ENOMEM);
	else if (!user_holds(at, sizeof(is)))
		must(ret == -EFAULT);
	else
		must(ret == 0);
	if (ret)
		return;
	must(get_now(at, &is, sizeof(is)));
	must(header_good(&is, sizeof(is)));
}

static void check_ioctl(u32 cmd, unsigned long at, long ret, bool no_memory)
{
	switch (cmd) {
	case VAMP_IOC_INPUT:
		check_input(at, ret);
		break;
	case VAMP_IOC_SOUND:
		check_sound(at, ret);
		break;
	case VAMP_IOC_RENEW:
		check_renew(at, ret);
		break;
	case VAMP_IOC_OUTPUT:
		check_output(at, ret);
		break;
	case VAMP_IOC_PLACE:
		check_place(at, ret);
		break;
	case VAMP_IOC_VMS:
	case VAMP_IOC_VCPUS:
	case VAMP_IOC_TASKS:
	case VAMP_IOC_THREADS:
		check_list(cmd, at, ret, no_memory);
		break;
	case VAMP_IOC_COUNTERS:
		check_counters(at, ret, no_memory);
		break;
	case VAMP_IOC_ATTEND:
		must(!ret && !user.nr_reads && !user.nr_writes);
		break;
	default:
		must(ret == -ENOTTY && !user.nr_reads && !user.nr_writes);
	}
}

/* ---- the calls ---- */

static struct file *any_reader(void)
{
	return &readers[bytes_below(&in, READERS)];
}

static u32 any_command(void)
{
	static const u32 commands[] = { VAMP_IOC_INPUT, VAMP_IOC_SOUND,
					VAMP_IOC_VMS,	VAMP_IOC_VCPUS,
					VAMP_IOC_TASKS, VAMP_IOC_COUNTERS,
					VAMP_IOC_THREADS };
	u8 code = bytes_byte(&in);

	if (code >= 0xe8 && code < 0xf0)
		return VAMP_IOC_RENEW;
	if (code >= 0xe0 && code < 0xe8)
		return VAMP_IOC_ATTEND;
	if (code >= 0xd4 && code < 0xe0)
		return code & 4 ? VAMP_IOC_PLACE : VAMP_IOC_OUTPUT;
	return code < 0xf0 ? commands[code % ARRAY_SIZE(commands)] :
			     (u32)bytes_number(&in, 4);
}

/* Most callers are privileged. */
static void set_caller(u8 how)
{
	shim.privileged = how % 8 != 7;
	host.refusal = 0;
	if (how >> 5 == 6)
		host.refusal = -EBUSY;
	if (how >> 5 == 7)
		host.refusal = -EOPNOTSUPP;
}

static void op_ioctl(void)
{
	u8 how = bytes_byte(&in);
	u32 cmd = any_command(), allocs = shim.allocs;
	bool no_memory = how & 8;
	unsigned long at = any_address();
	int references = host_references();
	struct file *file = any_reader();
	long ret;

	if (cmd == VAMP_IOC_ATTEND && !file->private_data)
		return;
	set_caller(how);
	shim.failing_allocs = no_memory;
	user_reset(false);
	memcpy(before, user.mem, USER_SIZE);
	ret = host.fops->unlocked_ioctl(file, cmd, at);
	must(!shim.locks && shim.allocs == allocs);
	must(host_references() == references);
	shim.failing_allocs = 0;
	if (cmd == VAMP_IOC_ATTEND && !ret)
		attends[file - readers] = true;
	if (shim.privileged)
		check_ioctl(cmd, at, ret, no_memory);
	else
		must(ret == -EPERM && !user.nr_reads && !user.nr_writes);
}

static void op_open(void)
{
	struct file *file = any_reader();
	u8 how = bytes_byte(&in);
	u32 i, open = 0;
	int ret;

	if (file->private_data)
		return;
	set_caller(how);
	shim.failing_allocs = how >> 3 & 1;
	for (i = 0; i < READERS; i++)
		open += readers[i].private_data != NULL;
	ret = host.fops->open(NULL, file);
	shim.failing_allocs = 0;
	if (!shim.privileged)
		must(ret == -EPERM);
	else if (how & 8)
		must(ret == -ENOMEM);
	else
		must(ret == (open < EVENTS_READERS ? 0 : -EBUSY));
	must(!ret == !!file->private_data);
	file->f_flags = how & 16 ? O_NONBLOCK : 0;
}

static int nr_attendants(void)
{
	int n = 0;

	for (u32 i = 0; i < READERS; i++)
		n += attends[i];
	return n;
}

static void close_reader(struct file *file)
{
	bool attended = attends[file - readers];
	u32 ends = host.ends;

	if (!file->private_data)
		return;
	must(host.fops->release(NULL, file) == 0);
	attends[file - readers] = false;
	must(host.ends == ends + (attended && !nr_attendants()));
	must(shim_current->references == nr_attendants());
	*file = (struct file){ 0 };
}

static void op_close(void)
{
	close_reader(any_reader());
}

static void check_events(unsigned long at, ssize_t bytes)
{
	struct vamp_event e;
	ssize_t done;

	for (done = 0; done < bytes; done += sizeof(e)) {
		must(get_now(at + done, &e, sizeof(e)));
		must(header_good(&e, sizeof(e)));
		must(e.type >= VAMP_EVENT_VM_NEW && e.type <= VAMP_EVENT_LOST);
		must(e.type == VAMP_EVENT_LOST ? !e.pid && e.arg : e.pid);
	}
}

static void op_read(void)
{
	struct file *file = any_reader();
	u8 how = bytes_byte(&in);
	unsigned long at = any_address();
	size_t size = bytes_number(&in, 2);
	struct shim_poll asked = { 0 };
	bool ready;
	loff_t pos = 0;
	ssize_t ret;

	if (!file->private_data)
		return;
	set_caller(how);
	user_reset(false);
	ready = host.fops->poll(file, &asked);
	must(asked.asked == 1);
	ret = host.fops->read(file, (char *)at, size, &pos);
	must(!shim.locks && !user.nr_reads);
	check_writes(at, size, 0, 0);
	if (!shim.privileged)
		must(ret == -EPERM && !user.nr_writes);
	else if (size < sizeof(struct vamp_event))
		must(ret == -EINVAL && !user.nr_writes);
	else if (!ready)
		must(ret == (file->f_flags ? -EAGAIN : -ERESTARTSYS));
	else if (!user_holds(at, sizeof(struct vamp_event)))
		must(ret == -EFAULT);
	else
		must(ret > 0);
	if (ret <= 0)
		return;
	must(ret % sizeof(struct vamp_event) == 0 && (size_t)ret <= size);
	check_events(at, ret);
}

static void op_event(void)
{
	u8 how = bytes_byte(&in);
	u32 n = how & 0x80 ? 260 : 1;
	const struct host_vm *vm = host.vm[how & 1];
	enum vamp_event_type type = 1 + (how >> 1 & 3);

	while (n--) {
		if (type == VAMP_EVENT_VM_NEW || type == VAMP_EVENT_VM_GONE)
			events_vm(type, vm);
		else
			events_phase(type, vm, vm->core->phase);
	}
	must(!shim.locks);
}

/* ---- what else happens ---- */

static bool in_ranges(const struct host_vm *vm, u64 address, u32 space,
		      u32 access)
{
	u32 i;

	for (i = 0; vm && i < vm->sound.nr; i++) {
		const struct vamp_sound_range *r = &vm->sound.range[i];

		if (r->space == space && r->access & access &&
		    address >= r->first && address <= r->last)
			return true;
	}
	return false;
}

/* The first or last address of a range, or one beside it. */
static u64 near_range(const struct sound *s, u64 code)
{
	const struct vamp_sound_range *r = &s->range[code % s->nr];

	return (code & 0x80 ? r->last : r->first) + (code >> 4 & 3) - 1;
}

/* The guest of a VM, or somebody else's, accesses a device. */
static void op_access(void)
{
	u8 how = bytes_byte(&in);
	u64 address = bytes_number(&in, how & 1 ? 8 : 2);
	u32 accesses = host.accesses, expected;

	host.own = how & 2 ? host.vm[how >> 2 & 1] : NULL;
	if (how & 8 && host.own && host.own->sound.nr)
		address = near_range(&host.own->sound, address);
	switch (how >> 4) {
	case 0:
	case 1:
		address &= 0xffff;
		expected = in_ranges(host.own, address, VAMP_SOUND_PIO,
				     how >> 4 ? VAMP_SOUND_WRITE :
						VAMP_SOUND_READ);
		sound_pio(NULL, how >> 4, (unsigned int)address, 4, 1, NULL);
		break;
	case 2:
	case 3:
	case 4:
		expected = how >> 4 != 3 &&
			   in_ranges(host.own, address, VAMP_SOUND_MMIO,
				     how >> 4 == 4 ? VAMP_SOUND_WRITE :
						     VAMP_SOUND_READ);
		sound_mmio(NULL, (how >> 4) - 2, 4, address, NULL);
		break;
	default:
		expected = in_ranges(host.own, address, VAMP_SOUND_MMIO,
				     VAMP_SOUND_WRITE);
		sound_fast_mmio(NULL, address);
	}
	must(host.accesses - accesses == expected);
	must(!expected || host.last_access == address);
	must(!shim.locks);
}

static void op_pass(void)
{
	u8 code = bytes_byte(&in);

	shim.clock += (code & 0xfull) * MS << (code >> 4 & 7);
}

static void (*const ops[])(void) = {
	op_write,      op_input_struct,	   op_sound_struct, op_list_struct,
	op_ioctl,      op_counters_struct, op_open,	    op_close,
	op_read,       op_event,	   op_access,	    op_pass,
};

static void any_op(void)
{
	u8 code = bytes_byte(&in);

	if (code >= 0xfc)
		op_renew_struct();
	else if (code >= 0xf8)
		op_place_struct();
	else
		ops[code % ARRAY_SIZE(ops)]();
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	host_reset();
	must(device_init() == 0);
	must(host.fops->compat_ioctl == compat_ptr_ioctl);
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	int references;
	u32 i;

	host_reset();
	user_reset(true);
	references = host_references();
	in = (struct bytes){ data, data + size };
	while (bytes_left(&in))
		any_op();
	for (i = 0; i < READERS; i++)
		close_reader(&readers[i]);
	must(host_references() == references && !shim.allocs);
	return 0;
}
