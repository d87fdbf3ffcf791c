// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * host.c - processes, files, VMs and the rest of the module as /dev/vamp sees
 * them.
 */
#include "host.h"

#include <stdlib.h>

#include "kmod/params.h"
#include "kmod/counters.h"
#include "kmod/phase.h"
#include "kmod/registry.h"
#include "kmod/report.h"
#include "must.h"
#include "shim/shim.h"

#define START		(100000ull * 32 * VAMP_NSEC_PER_MSEC)
#define FIRST_PID	101
#define PIDS		3	/* the last is no VM's */
#define TASKS		24

struct host host;
struct task_struct *shim_current;
struct module shim_module;
int phases_running;

static struct pid pids[PIDS];
static struct task_struct threads[HOST_VMS][HOST_VCPUS];
static struct task_struct stranger = { .pid = 7, .group_leader = &stranger };
static DEFINE_MUTEX(registry_lock);
struct vamp_config vamp_config = { VAMP_CONFIG_DEFAULTS };

/* How each VM was made, to be had again. */
static struct first {
	void *core;
	size_t size;
	struct host_vm *vm;
	bool changed;
} first[HOST_VMS];

static const size_t vm_bytes =
	sizeof(struct host_vm) + HOST_VCPUS * sizeof(struct seat);

/* ---- processes ---- */

struct pid *find_get_pid(int nr)
{
	if (nr < FIRST_PID || nr >= FIRST_PID + PIDS)
		return NULL;
	return get_pid(&pids[nr - FIRST_PID]);
}

struct pid *get_pid(struct pid *pid)
{
	if (pid)
		pid->references++;
	return pid;
}

void put_pid(struct pid *pid)
{
	if (!pid)
		return;
	must(pid->references > 1);
	pid->references--;
}

int pid_vnr(struct pid *pid)
{
	must(pid->references > 0);
	return pid->nr;
}

struct host_vm *host_vm_of(int pid, bool *process)
{
	*process = pid >= FIRST_PID && pid < FIRST_PID + PIDS;
	if (!*process || pid >= FIRST_PID + HOST_VMS)
		return NULL;
	return host.vm[pid - FIRST_PID];
}

/* ---- files ---- */

static struct super_block anonymous = { .s_magic = ANON_INODE_FS_MAGIC };
static struct super_block pidfs = { .s_magic = PID_FS_MAGIC };
static struct super_block disk = { .s_magic = 0xef53 };
static struct inode inodes[] = {
	{ .i_sb = &anonymous, .i_private = &disk },
	{ .i_sb = &pidfs, .i_private = &pids[1] },
	{ .i_sb = &disk, .i_private = &disk },
};

static struct dentry pidfd_name = { .d_name = { "[pidfd]" } };
static struct dentry other_name = { .d_name = { "[eventfd]" } };
static struct file files[HOST_FDS] = {
	[2] = { .private_data = &pids[0],
		.f_inode = &inodes[0],
		.f_path = { &pidfd_name } },
	[3] = { .private_data = &disk,
		.f_inode = &inodes[1],
		.f_path = { &other_name } },
	[4] = { .private_data = &disk,
		.f_inode = &inodes[0],
		.f_path = { &other_name } },
	[5] = { .private_data = &disk,
		.f_inode = &inodes[2],
		.f_path = { &pidfd_name } },
	[6] = { .private_data = &pids[2],
		.f_inode = &inodes[0],
		.f_path = { &pidfd_name } },
};

struct file *fget(unsigned int fd)
{
	if (fd >= HOST_FDS || !files[fd].f_inode)
		return NULL;
	files[fd].references++;
	return &files[fd];
}

void fput(struct file *file)
{
	must(file->references > 0);
	file->references--;
}

int host_pid_of_fd(int fd)
{
	static const int nrs[HOST_FDS] = { 0, 0, FIRST_PID, FIRST_PID + 1,
					   0, 0, FIRST_PID + 2 };

	return fd >= 0 && fd < HOST_FDS ? nrs[fd] : 0;
}

int host_references(void)
{
	int i, sum = 0;

	for (i = 0; i < PIDS; i++)
		sum += pids[i].references;
	for (i = 0; i < HOST_FDS; i++)
		sum += files[i].references;
	return sum;
}

/* ---- VMs ---- */

static void change(const struct host_vm *vm)
{
	u32 i;

	for (i = 0; i < HOST_VMS; i++)
		first[i].changed |= host.vm[i] == vm;
}

int registry_each(int (*fn)(struct host_vm *vm, void *arg), void *arg)
{
	int ret = 0;
	u32 i;

	mutex_lock(&registry_lock);
	for (i = 0; i < HOST_VMS && !ret; i++) {
		change(host.vm[i]);
		ret = fn(host.vm[i], arg);
	}
	mutex_unlock(&registry_lock);
	return ret;
}

int registry_with(struct pid *pid, int (*fn)(struct host_vm *vm, void *arg),
		  void *arg)
{
	int ret = -ESRCH;
	u32 i;

	must(pid->references > 1);
	mutex_lock(&registry_lock);
	for (i = 0; i < HOST_VMS; i++) {
		if (host.vm[i]->pid != pid)
			continue;
		change(host.vm[i]);
		ret = fn(host.vm[i], arg);
	}
	mutex_unlock(&registry_lock);
	return ret;
}

struct host_vm *registry_find_own(void)
{
	return host.own;
}

void registry_with_own(void (*fn)(struct host_vm *vm, struct seat *seat,
				  u64 value),
		       u64 value)
{
	unsigned long flags;

	must(host.own);
	host.accesses++;
	host.last_access = value;
	change(host.own);
	raw_spin_lock_irqsave(&host.own->lock, flags);
	fn(host.own, &host.own->seat[0], value);
	raw_spin_unlock_irqrestore(&host.own->lock, flags);
}

void vm_sync(struct host_vm *vm)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < vm->nr_seats; i++) {
		struct vamp_observed o = { .now = local_clock() };

		raw_spin_lock_irqsave(&vm->lock, flags);
		o.cpu_time = o.now;
		vamp_vcpu_sync(vm->core, &vm->core->vcpu[i], &o);
		raw_spin_unlock_irqrestore(&vm->lock, flags);
	}
}

void vm_change(struct host_vm *vm, struct seat *seat, struct vamp_weight w)
{
	must(vm->lock.held);
	seat->wanted = w.nice;
	seat->wanted_slice = w.slice_ns;
}

int phase_input(struct host_vm *vm, enum vamp_input_kind kind, u32 code)
{
	bool again;

	must(registry_lock.held);
	if (host.refusal)
		return host.refusal;
	host.last_effect =
		vamp_input(vm->core, local_clock(), kind, code, &again);
	if (!again)
		return host.last_effect;
	vm_sync(vm);
	vamp_classify_begin(vm->core, local_clock());
	while (vamp_classify_step(vm->core, 256))
		;
	vamp_classify_end(vm->core);
	return host.last_effect;
}

void vm_apply(struct host_vm *vm, enum vamp_why why)
{
	must(why == WHY_NONE && !vm->lock.held);
}

void phase_end_all(enum vamp_why why)
{
	must(why == WHY_UNATTENDED && !registry_lock.held);
	host.ends++;
}

void phase_output_soon(struct host_vm *vm)
{
	must(vm->lock.held);
}

int registry_renew(struct pid *pid)
{
	u32 i;

	must(pid->references > 1);
	for (i = 0; i < HOST_VMS; i++)
		if (host.vm[i]->pid == pid)
			return 0;
	return -ESRCH;
}

void report_event_traced(struct host_vm *vm, enum vamp_op op, int vcpu,
			 const struct vamp_observed *o, u32 arg)
{
}

void report_op_traced(struct host_vm *vm, enum vamp_op op, int vcpu, u32 arg)
{
}

void report_result(struct host_vm *vm, u32 result)
{
}

void report_weighed_traced(struct host_vm *vm, u32 i, struct vamp_weight w)
{
}

void report_audio_access(int vcpu_id, u64 address)
{
}

int misc_register(struct miscdevice *misc)
{
	host.fops = misc->fops;
	return 0;
}

void misc_deregister(struct miscdevice *misc)
{
	must(host.fops == misc->fops);
	host.fops = NULL;
}

/* A second in which each vCPU ran some tasks. */
static void live(struct vamp_vm *vm, u32 nr)
{
	u64 now = START;
	u32 i;

	for (i = 0; i < 500; i++, now += 2 * VAMP_NSEC_PER_MSEC) {
		struct vamp_observed o = { .now = now, .cpu_time = now };

		o.task_id = 1 + i * i % TASKS;
		vamp_vcpu_entry(vm, &vm->vcpu[i % nr], &o);
	}
}

static struct host_vm *make(u32 number)
{
	struct host_vm *vm = calloc(1, vm_bytes);
	u32 nr = 2 + number, i;

	must(vm);
	vm->pid = &pids[number];
	vm->nr_seats = nr;
	vm->bytes = vamp_vm_size(nr);
	vm->core = vamp_vm_init(calloc(1, vm->bytes), nr, &vamp_config,
				TRACK_SAMPLE, START);
	live(vm->core, nr);
	for (i = 0; i < nr; i++) {
		threads[number][i].pid = FIRST_PID + 10 * (number + 1) + i;
		vm->seat[i].task = &threads[number][i];
		vm->seat[i].vcpu_id = (int)i;
		vm->seat[i].vcpu = &vm->core->vcpu[i];
	}
	if (number)
		vm->seat[1].task = NULL;
	return vm;
}

static void keep(u32 number)
{
	struct first *f = &first[number];
	struct host_vm *vm = host.vm[number];

	f->size = vm->bytes;
	f->core = malloc(f->size);
	f->vm = malloc(vm_bytes);
	must(f->core && f->vm);
	memcpy(f->core, vm->core, f->size);
	memcpy(f->vm, vm, vm_bytes);
}

static void make_all(void)
{
	u32 i;

	vamp_config.kvm_vamp = 13;
	shim_current = &stranger;
	for (i = 0; i < PIDS; i++)
		pids[i] = (struct pid){ FIRST_PID + (int)i, 1 };
	for (i = 0; i < HOST_VMS; i++) {
		host.vm[i] = make(i);
		keep(i);
	}
}

static void restore(u32 number)
{
	struct first *f = &first[number];

	if (!f->changed)
		return;
	memcpy(host.vm[number]->core, f->core, f->size);
	memcpy(host.vm[number], f->vm, vm_bytes);
	f->changed = false;
}

void host_reset(void)
{
	u32 i;

	if (!host.vm[0])
		make_all();
	for (i = 0; i < HOST_VMS; i++)
		restore(i);
	memset(&vamp_counters, 0, sizeof(vamp_counters));
	host.own = NULL;
	host.refusal = 0;
	shim.clock = START + 1000 * VAMP_NSEC_PER_MSEC;
	shim.failing_allocs = 0;
}
