// SPDX-License-Identifier: GPL-2.0-or-later
#include "state.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "exit_code.h"
#include "host.h"
#include "say.h"

static int by_pid(const void *a, const void *b)
{
	const struct vamp_vm_info *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int by_id(const void *a, const void *b)
{
	const struct vamp_vcpu_info *x = a, *y = b;

	return (x->vcpu_id > y->vcpu_id) - (x->vcpu_id < y->vcpu_id);
}

/* A fixed order among those of the same load. */
static int by_load(const void *a, const void *b)
{
	const struct vamp_thread_info *x = a, *y = b;

	if (x->avg != y->avg)
		return x->avg < y->avg ? 1 : -1;
	return (x->task_id > y->task_id) - (x->task_id < y->task_id);
}

static void free_vm(struct state_vm *vm)
{
	free(vm->vcpu);
	free(vm->task);
	free(vm->thread);
	task_names_free(&vm->names);
}

void state_free(struct state *s)
{
	for (size_t i = 0; i < s->vms; i++)
		free_vm(&s->vm[i]);
	free(s->vm);
	*s = (struct state){ .vms = 0 };
}

static int read_tasks(int device, struct state_vm *vm)
{
	ssize_t n = device_tasks(device, vm->info.pid, &vm->task);

	if (n < 0)
		return (int)n;
	vm->tasks = (size_t)n;
	n = device_threads(device, vm->info.pid, &vm->thread);
	if (n < 0)
		return (int)n;
	vm->threads = (size_t)n;
	qsort(vm->thread, vm->threads, sizeof(*vm->thread), by_load);
	task_names_read(&vm->names, vm->info.pid);
	return 0;
}

/* A process that is gone is called by its number. */
static void name_vm(struct state_vm *vm)
{
	char proc[PATH_MAX];
	struct vm_name n;

	host_path(proc, sizeof(proc), "/proc");
	name_read(proc, vm->info.pid, &n);
	memcpy(vm->name, n.text, sizeof(vm->name));
	memcpy(vm->id, n.id, sizeof(vm->id));
}

static int read_vm(int device, bool with_tasks, struct state_vm *vm)
{
	ssize_t n = device_vcpus(device, vm->info.pid, &vm->vcpu);

	if (n < 0)
		return (int)n;
	vm->vcpus = (size_t)n;
	qsort(vm->vcpu, vm->vcpus, sizeof(*vm->vcpu), by_id);
	name_vm(vm);
	return with_tasks ? read_tasks(device, vm) : 0;
}

static int read_vms(int device, bool with_tasks, struct state *s,
		    const struct vamp_vm_info *infos, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct state_vm vm = { .info = infos[i] };
		int err = read_vm(device, with_tasks, &vm);

		if (!err) {
			s->vm[s->vms++] = vm;
			continue;
		}
		free_vm(&vm);
		if (err != -ESRCH)
			return err;
	}
	return 0;
}

/* VMs of other pid namespaces have no process here. */
static size_t drop_foreign(struct vamp_vm_info *infos, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (infos[i].pid > 0)
			infos[kept++] = infos[i];
	return kept;
}

int state_read(int device, bool with_tasks, struct state *s)
{
	struct vamp_vm_info *infos;
	ssize_t n = device_vms(device, &infos);
	int err = -ENOMEM;

	*s = (struct state){ .vms = 0 };
	if (n < 0)
		return (int)n;
	n = (ssize_t)drop_foreign(infos, (size_t)n);
	qsort(infos, (size_t)n, sizeof(*infos), by_pid);
	s->vm = calloc((size_t)n + 1, sizeof(*s->vm));
	if (s->vm)
		err = read_vms(device, with_tasks, s, infos, (size_t)n);
	free(infos);
	if (err)
		state_free(s);
	return err;
}

const struct state_vm *state_vm_of(const struct state *s, pid_t pid)
{
	for (size_t i = 0; i < s->vms; i++)
		if (s->vm[i].info.pid == pid)
			return &s->vm[i];
	return NULL;
}

const struct vamp_vcpu_info *state_vcpu(const struct state_vm *vm, uint32_t id)
{
	for (size_t i = 0; i < vm->vcpus; i++)
		if (vm->vcpu[i].vcpu_id == id)
			return &vm->vcpu[i];
	return NULL;
}

const struct vamp_task_info *state_task(const struct state_vm *vm, uint64_t id)
{
	for (size_t i = 0; i < vm->tasks; i++)
		if (vm->task[i].id == id)
			return &vm->task[i];
	return NULL;
}

static bool is_meant(const struct state_vm *vm, const char *who)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", vm->info.pid);
	return !strcmp(vm->name, who) || !strcmp(pid, who) ||
	       (vm->id[0] && !strcmp(vm->id, who));
}

const struct state_vm *state_find(const struct state *s, const char *who,
				  bool *more)
{
	const struct state_vm *found = NULL;

	*more = false;
	for (size_t i = 0; i < s->vms; i++) {
		if (!is_meant(&s->vm[i], who))
			continue;
		*more = found;
		if (found)
			return NULL;
		found = &s->vm[i];
	}
	return found;
}

const struct state_vm *state_find_or_say(const struct state *s, const char *who,
					 int *code)
{
	bool more;
	const struct state_vm *vm = state_find(s, who, &more);

	if (vm)
		return vm;
	*code = EXIT_CODE_NO_VM;
	if (more)
		say("%s: several VMs are called so; give the process id (vampctl status)",
		    who);
	else
		say("%s: no VM of that name or process runs (vampctl status lists them)",
		    who);
	return NULL;
}

void state_keep_or_say(struct state *s, const char *who, int *code)
{
	const struct state_vm *vm = state_find_or_say(s, who, code);
	struct state_vm kept;

	if (!vm)
		return;
	for (size_t i = 0; i < s->vms; i++)
		if (&s->vm[i] == vm)
			kept = s->vm[i];
		else
			free_vm(&s->vm[i]);
	s->vm[0] = kept;
	s->vms = 1;
}
