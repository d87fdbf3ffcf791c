// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * weight.c - the nice of a VM's vCPU threads.
 */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "report.h"
#include "util.h"
#include "weight.h"

#define STAY_MS	400

int weight_nice(pid_t tid)
{
	int nice;

	errno = 0;
	nice = getpriority(PRIO_PROCESS, tid);
	if (errno)
		fail("vCPU thread %d: %s", tid, strerror(errno));
	return nice;
}

void weight_renice(pid_t tid, int nice)
{
	if (setpriority(PRIO_PROCESS, tid, nice))
		undecided("cannot set nice of %d: %s", tid, strerror(errno));
}

void weight_set(struct weight *w, const struct vm *vm, const int *nice)
{
	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		w->base[i] = nice[i];
		weight_renice(vm->vcpu[i], nice[i]);
	}
}

bool weight_is_base(const struct weight *w, const struct vm *vm)
{
	for (unsigned int i = 0; i < vm->nr_vcpus; i++)
		if (weight_nice(vm->vcpu[i]) != w->base[i])
			return false;
	return true;
}

static _Noreturn void not_base(const struct weight *w, const struct vm *vm,
			       const char *when)
{
	fail("%s: vCPUs of VM %s have nice %d and %d, not %d and %d", when,
	     vm->name, weight_nice(vm->vcpu[0]), weight_nice(vm->vcpu[1]),
	     w->base[0], w->base[1]);
}

void weight_expect_base(const struct weight *w, const struct vm *vm,
			unsigned int ms, const char *when)
{
	uint64_t deadline = now_ns() + ms * NSEC_PER_MSEC;

	while (!weight_is_base(w, vm)) {
		if (now_ns() > deadline)
			not_base(w, vm, when);
		sleep_ms(2);
	}
	deadline = now_ns() + STAY_MS * NSEC_PER_MSEC;
	for (; now_ns() < deadline; sleep_ms(2))
		if (!weight_is_base(w, vm))
			not_base(w, vm, when);
}

unsigned int weight_expect_slow(const struct weight *w, const struct vm *vm,
				unsigned int ms)
{
	uint64_t deadline = now_ns() + ms * NSEC_PER_MSEC;

	for (; now_ns() < deadline; sleep_ms(1))
		for (unsigned int i = 0; i < vm->nr_vcpus; i++)
			if (weight_nice(vm->vcpu[i]) > w->base[i])
				return i;
	fail("no vCPU of VM %s is slowed within %u ms", vm->name, ms);
}
