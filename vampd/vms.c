// SPDX-License-Identifier: GPL-2.0-or-later
#include "vms.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "binaries.h"
#include "log.h"
#include "paths.h"
#include "probe.h"
#include "sound.h"

static struct vm *sorted[VMS_MAX];	/* by pid */
static size_t known;
static sd_event *event_loop;

/* The place of @pid, or where it would be. */
static size_t place_of(pid_t pid)
{
	size_t low = 0, high = known;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sorted[middle]->pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct vm *vms_find(pid_t pid)
{
	size_t i = place_of(pid);

	return i < known && sorted[i]->pid == pid ? sorted[i] : NULL;
}

size_t vms_count(void)
{
	return known;
}

void vms_init(sd_event *loop)
{
	event_loop = loop;
}

static void free_vm(struct vm *vm)
{
	sound_free(vm->sound);
	sd_event_source_disable_unref(vm->exit_watch);
	probe_unwatch(vm->pid);
	binary_put(vm->binary);
	close(vm->pidfd);
	free(vm);
}

static void forget(struct vm *vm)
{
	size_t i = place_of(vm->pid);

	log_info("VM %d: gone", vm->pid);
	known--;
	memmove(&sorted[i], &sorted[i + 1], (known - i) * sizeof(sorted[0]));
	free_vm(vm);
}

void vms_clear(void)
{
	while (known)
		free_vm(sorted[--known]);
}

static int on_exit_of_process(sd_event_source *source, int fd, uint32_t events,
			      void *context)
{
	(void)source;
	(void)fd;
	(void)events;
	forget(context);
	return 0;
}

static bool has_ended(const struct vm *vm)
{
	struct pollfd p = { .fd = vm->pidfd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

static int open_executable(pid_t pid)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%d/exe", paths.proc, pid);
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

static void executable_name(pid_t pid, char *name, size_t size)
{
	char path[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%d/exe", paths.proc, pid);
	n = readlink(path, name, size - 1);
	name[n > 0 ? n : 0] = '\0';
	log_clean(name);
}

static const char *why_unseen(const struct vm *vm, int err)
{
	if (!vm->binary)
		return err == -ENOSPC ? "VMs run too many different programs" :
					strerror(-err);
	switch (-err) {
	case ENOENT:
		return "it has no function " PROBE_FUNCTION
		       " (a static or stripped QEMU, or not QEMU)";
	case ENOEXEC:
	case EFBIG:
		return "it is no x86-64 program whose symbols can be read";
	case EACCES:
	case EPERM:
		return "no permission for a uprobe in it";
	default:
		return strerror(-err);
	}
}

static void report(const struct vm *vm, int err)
{
	char name[256];

	executable_name(vm->pid, name, sizeof(name));
	if (err)
		log_warn("VM %d (%s): its input cannot be seen: %s", vm->pid,
			 name, why_unseen(vm, err));
	else
		log_info("VM %d (%s): its input is seen", vm->pid, name);
}

/* 0 when input of the VM will be passed from now on. */
static int listen_to(struct vm *vm)
{
	int fd = open_executable(vm->pid);
	int err;

	if (fd < 0)
		return -errno;
	vm->binary = binary_get(fd);
	err = vm->binary ? binary_error(vm->binary) : -errno;
	close(fd);
	return err ? err : probe_watch(vm->pid, binary_id(vm->binary));
}

static struct vm *new_vm(pid_t pid)
{
	struct vm *vm = calloc(1, sizeof(*vm));

	if (!vm)
		return NULL;
	vm->pid = pid;
	vm->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (vm->pidfd < 0 ||
	    sd_event_add_io(event_loop, &vm->exit_watch, vm->pidfd, EPOLLIN,
			    on_exit_of_process, vm) < 0) {
		if (vm->pidfd >= 0)
			close(vm->pidfd);
		free(vm);
		return NULL;
	}
	return vm;
}

static void insert(struct vm *vm)
{
	size_t i = place_of(vm->pid);

	memmove(&sorted[i + 1], &sorted[i], (known - i) * sizeof(sorted[0]));
	sorted[i] = vm;
	known++;
}

/* The process that had this id when it was first told of may have ended. */
static bool is_known(pid_t pid)
{
	struct vm *vm = vms_find(pid);

	if (!vm)
		return false;
	if (!has_ended(vm)) {
		sound_announced(vm->sound);
		return true;
	}
	forget(vm);
	return false;
}

void vms_add(pid_t pid)
{
	struct vm *vm;
	int err;

	if (pid <= 0 || is_known(pid))
		return;
	if (known == VMS_MAX) {
		log_warn("VM %d: left alone, %d VMs are known already", pid,
			 VMS_MAX);
		return;
	}
	vm = new_vm(pid);
	if (!vm) {
		log_debug("VM %d: cannot be held: %s", pid, strerror(errno));
		return;
	}
	err = listen_to(vm);
	if (has_ended(vm)) {
		free_vm(vm);
		return;
	}
	insert(vm);
	report(vm, err);
	vm->sound = sound_new(pid);
}

static int compare_pids(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

void vms_sync(pid_t *pids, size_t count)
{
	qsort(pids, count, sizeof(*pids), compare_pids);
	for (size_t i = known; i-- > 0;)
		if (!bsearch(&sorted[i]->pid, pids, count, sizeof(*pids),
			     compare_pids))
			forget(sorted[i]);
	for (size_t i = 0; i < count; i++)
		vms_add(pids[i]);
}
