// SPDX-License-Identifier: GPL-2.0-only
/*
 * registry.c - the table of VMs.
 *
 * A VM is known by its struct kvm's address, which can be used again, and by its
 * process, whose struct pid is referenced and so cannot. A hook that meets an
 * unknown VM leaves a request in a small queue; a work item makes the VM. There
 * is no tracepoint for a VM's end: another work item looks every second.
 */
#include "registry.h"

#include <linux/hash.h>
#include <linux/kvm_host.h>
#include <linux/rculist.h>

#include "counters.h"
#include "events.h"
#include "params.h"
#include "steady.h"

#define BITS		8
#define REQUESTS	64
#define COLLECT_EVERY	HZ

struct request {
	const void *kvm;
	struct pid *pid;	/* referenced */
	u32 nr;			/* vCPUs to make room for */
};

/* Readers: RCU. Writers: registry_lock, then hash_lock. */
static struct hlist_head by_kvm[1 << BITS];
static struct hlist_head by_pid[1 << BITS];
static DEFINE_SPINLOCK(hash_lock);

static LIST_HEAD(all);			/* protected by registry_lock */
static u32 nr_vms;			/* same */
static DEFINE_MUTEX(registry_lock);

static struct request requests[REQUESTS];	/* protected by request_lock */
static u32 nr_requests;
static DEFINE_RAW_SPINLOCK(request_lock);

static void make_work(struct work_struct *work);
static void collect_work(struct work_struct *work);
static DECLARE_WORK(make, make_work);
static DECLARE_DELAYED_WORK(collect, collect_work);

struct host_vm *registry_find(const void *kvm)
{
	struct pid *pid = task_tgid(current);
	struct host_vm *vm;

	hlist_for_each_entry_rcu(vm, &by_kvm[hash_ptr(kvm, BITS)], by_kvm)
		if (vm->kvm == kvm && vm->pid == pid)
			return vm;
	return NULL;
}

struct host_vm *registry_find_own(void)
{
	const struct steady_here *here = steady_own();
	struct pid *pid = task_tgid(current);
	struct host_vm *vm;

	if (here)
		return here->vm;
	hlist_for_each_entry_rcu(vm, &by_pid[hash_ptr(pid, BITS)], by_pid)
		if (vm->pid == pid)
			return vm;
	return NULL;
}

void registry_with_own(void (*fn)(struct host_vm *vm, struct seat *seat,
				  u64 value),
		       u64 value)
{
	struct host_vm *vm;
	struct seat *seat;
	unsigned long flags;

	if (!READ_ONCE(vamp_load_monitor))
		return;
	vm = registry_find_own();
	if (!vm)
		return;
	raw_spin_lock_irqsave(&vm->lock, flags);
	seat = vm_own_seat(vm);
	if (seat)
		fn(vm, seat, value);
	raw_spin_unlock_irqrestore(&vm->lock, flags);
}

static bool already_asked(const void *kvm, const struct pid *pid)
{
	u32 i;

	for (i = 0; i < nr_requests; i++)
		if (requests[i].kvm == kvm && requests[i].pid == pid)
			return true;
	return false;
}

void registry_request(const void *kvm, u32 nr)
{
	struct pid *pid = task_tgid(current);
	unsigned long flags;

	raw_spin_lock_irqsave(&request_lock, flags);
	if (nr_requests < REQUESTS && !already_asked(kvm, pid)) {
		requests[nr_requests++] =
			(struct request){ kvm, get_pid(pid), nr };
		schedule_work(&make);
	}
	raw_spin_unlock_irqrestore(&request_lock, flags);
}

static bool take_request(struct request *r)
{
	unsigned long flags;
	bool got;

	raw_spin_lock_irqsave(&request_lock, flags);
	got = nr_requests > 0;
	if (got)
		*r = requests[--nr_requests];
	raw_spin_unlock_irqrestore(&request_lock, flags);
	return got;
}

static void insert(struct host_vm *vm)
{
	spin_lock(&hash_lock);
	hlist_add_head_rcu(&vm->by_kvm, &by_kvm[hash_ptr(vm->kvm, BITS)]);
	hlist_add_head_rcu(&vm->by_pid, &by_pid[hash_ptr(vm->pid, BITS)]);
	spin_unlock(&hash_lock);
	list_add_tail(&vm->list, &all);
	nr_vms++;
}

static void forget(struct host_vm *vm)
{
	spin_lock(&hash_lock);
	hlist_del_rcu(&vm->by_kvm);
	hlist_del_rcu(&vm->by_pid);
	spin_unlock(&hash_lock);
	steady_forget();
	list_del(&vm->list);
	nr_vms--;
}

static void remove(struct host_vm *vm, enum vamp_why why)
{
	forget(vm);
	events_vm(VAMP_EVENT_VM_GONE, vm);
	vm_destroy(vm, why);
}

static struct host_vm *find_locked(const struct request *r)
{
	struct host_vm *vm;

	list_for_each_entry(vm, &all, list)
		if (vm->kvm == r->kvm && vm->pid == r->pid)
			return vm;
	return NULL;
}

static void serve(const struct request *r)
{
	struct host_vm *old = find_locked(r);
	struct host_vm *vm;

	if (old && old->nr_seats >= r->nr)
		return;
	if (r->nr > VM_VCPUS_MAX || (!old && nr_vms >= REGISTRY_MAX)) {
		count(vms_refused);
		return;
	}
	vm = vm_create(r->kvm, r->pid, max(r->nr, 2u));
	if (!vm) {
		count(vms_refused);
		return;
	}
	if (old) {
		vm_inherit(vm, old);
		remove(old, WHY_VM_END);
	}
	insert(vm);
	events_vm(VAMP_EVENT_VM_NEW, vm);
}

static void make_work(struct work_struct *work)
{
	struct request r;

	mutex_lock(&registry_lock);
	while (take_request(&r)) {
		serve(&r);
		put_pid(r.pid);
	}
	mutex_unlock(&registry_lock);
}

static void collect_work(struct work_struct *work)
{
	struct host_vm *vm, *next;

	mutex_lock(&registry_lock);
	list_for_each_entry_safe(vm, next, &all, list)
		if (vm_is_over(vm))
			remove(vm, WHY_VM_END);
	mutex_unlock(&registry_lock);
	schedule_delayed_work(&collect, COLLECT_EVERY);
}

int registry_each(int (*fn)(struct host_vm *vm, void *arg), void *arg)
{
	struct host_vm *vm;
	int ret = 0;

	mutex_lock(&registry_lock);
	list_for_each_entry(vm, &all, list) {
		ret = fn(vm, arg);
		if (ret)
			break;
	}
	mutex_unlock(&registry_lock);
	return ret;
}

static struct host_vm *find_process(const struct pid *pid)
{
	struct host_vm *vm;

	list_for_each_entry(vm, &all, list)
		if (vm->pid == pid)
			return vm;
	return NULL;
}

int registry_with(struct pid *pid, int (*fn)(struct host_vm *vm, void *arg),
		  void *arg)
{
	struct host_vm *vm;
	int ret = -ESRCH;

	mutex_lock(&registry_lock);
	vm = find_process(pid);
	if (vm)
		ret = fn(vm, arg);
	mutex_unlock(&registry_lock);
	return ret;
}

/* The old one first: the new one must find the administrator's nice values. */
static int renew(struct host_vm *old)
{
	struct host_vm *vm = vm_create(old->kvm, old->pid, old->nr_seats);

	if (!vm)
		return -ENOMEM;
	vm_inherit(vm, old);
	forget(old);
	vm_destroy(old, WHY_PHASE_END);
	insert(vm);
	return 0;
}

int registry_renew(struct pid *pid)
{
	struct host_vm *old;
	int ret = -ESRCH;

	mutex_lock(&registry_lock);
	old = find_process(pid);
	if (old)
		ret = renew(old);
	mutex_unlock(&registry_lock);
	return ret;
}

int registry_init(void)
{
	schedule_delayed_work(&collect, COLLECT_EVERY);
	return 0;
}

void registry_exit(void)
{
	struct host_vm *vm, *next;

	cancel_work_sync(&make);
	cancel_delayed_work_sync(&collect);
	make_work(&make);
	mutex_lock(&registry_lock);
	list_for_each_entry_safe(vm, next, &all, list)
		remove(vm, WHY_UNLOAD);
	mutex_unlock(&registry_lock);
}
