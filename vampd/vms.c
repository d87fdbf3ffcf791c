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
#include "guest.h"
#include "log.h"
#include "mend.h"
#include "paths.h"
#include "probe.h"
#include "sound.h"

static struct vm *sorted[VMS_MAX];	/* by pid */
static size_t known;
static sd_event *event_loop;
static const struct config *config;

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

size_t vms_count_input(enum vm_input input)
{
	size_t n = 0;

	for (size_t i = 0; i < known; i++)
		n += sorted[i]->input == input;
	return n;
}

struct vm *vms_get(size_t i)
{
	return i < known ? sorted[i] : NULL;
}

void vms_init(sd_event *loop, const struct config *c)
{
	event_loop = loop;
	config = c;
}

static void stop_listening(struct vm *vm)
{
	if (vm->input != VM_INPUT_NONE)
		probe_unwatch(vm->pid);
	binary_put(vm->binary);
	vm->binary = NULL;
	vm->input = VM_INPUT_NONE;
}

/* Takes its hands off the VM, which stays known. */
static void leave(struct vm *vm)
{
	sound_free(vm->sound);
	mend_free(vm->mend);
	guest_free(vm->guest);
	vm->sound = NULL;
	vm->mend = NULL;
	vm->guest = NULL;
	stop_listening(vm);
}

static void free_vm(struct vm *vm)
{
	leave(vm);
	sd_event_source_disable_unref(vm->exit_watch);
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

/* "desk, " where it has a name, harmless for a log. */
static void describe(const struct vm *vm, char *text, size_t size)
{
	text[0] = '\0';
	if (vm->name.source == NAME_PROXMOX)
		snprintf(text, size, "%s, Proxmox %s, ", vm->name.text,
			 vm->name.id);
	else if (vm->name.source != NAME_PROCESS)
		snprintf(text, size, "%s, ", vm->name.text);
	log_clean(text);
}

static void report(const struct vm *vm, int err)
{
	char name[NAME_TEXT + 32], file[256];

	describe(vm, name, sizeof(name));
	executable_name(vm->pid, file, sizeof(file));
	switch (vm->input) {
	case VM_INPUT_UPROBE:
		log_info("VM %d (%s%s): its input is seen, by a uprobe",
			 vm->pid, name, file);
		break;
	case VM_INPUT_PORTS:
		log_warn(
			"VM %d (%s%s): of its input only a keyboard and a PS/2 mouse are seen, by reads of their ports; the rest cannot be seen: %s",
			vm->pid, name, file, why_unseen(vm, err));
		break;
	default:
		log_warn("VM %d (%s%s): its input cannot be seen: %s", vm->pid,
			 name, file, why_unseen(vm, err));
	}
}

/* 0 when all of its input will be passed from now on. */
static int listen_by_uprobe(struct vm *vm, int fd)
{
	int err;

	vm->binary = binary_get(fd);
	err = vm->binary ? binary_error(vm->binary) : -errno;
	if (!err)
		err = probe_watch(vm->pid, binary_id(vm->binary));
	if (!err)
		vm->input = VM_INPUT_UPROBE;
	return err;
}

/* 0, or why not all of its input is seen. */
static int listen_to(struct vm *vm)
{
	int fd = open_executable(vm->pid);
	int err = fd < 0 ? -errno : listen_by_uprobe(vm, fd);

	if (fd >= 0)
		close(fd);
	if (err && config->ports && !probe_watch_ports(vm->pid))
		vm->input = VM_INPUT_PORTS;
	return err;
}

/* A process may begin another program, and go on as the same VM. */
static void follow(struct vm *vm)
{
	int fd = open_executable(vm->pid);
	bool same = fd < 0 || !vm->binary || binary_is(vm->binary, fd);

	if (fd >= 0)
		close(fd);
	if (same)
		return;
	stop_listening(vm);
	report(vm, listen_to(vm));
}

static void label_of(const struct vm *vm, char *text, size_t size)
{
	text[0] = '\0';
	if (vm->name.source != NAME_PROCESS)
		snprintf(text, size, " (%.100s)", vm->name.text);
	log_clean(text);
}

static void start_sound(struct vm *vm, const struct config_vm *rule)
{
	static const struct ranges none;

	vm->sound = sound_new(vm->pid, rule ? &rule->sound : &none,
			      rule ? rule->vector : 0);
}

static void start_guest(struct vm *vm, const struct config_vm *rule)
{
	char label[128];

	label_of(vm, label, sizeof(label));
	if (config_talks(config, rule) && !vm->guest)
		vm->guest = guest_new(vm->pid, label);
	if (config_talks(config, rule))
		return;
	guest_free(vm->guest);
	vm->guest = NULL;
}

/* Does for the VM all that there is to do; false: it has ended. */
static bool attend(struct vm *vm, const struct config_vm *rule)
{
	int err = listen_to(vm);
	char label[128];

	if (has_ended(vm))
		return false;
	report(vm, err);
	start_sound(vm, rule);
	label_of(vm, label, sizeof(label));
	vm->mend = mend_new(vm->pid, label, config_mends(config, rule));
	start_guest(vm, rule);
	return true;
}

static void ignore(struct vm *vm)
{
	char name[NAME_TEXT + 32];

	describe(vm, name, sizeof(name));
	log_info("VM %d (%sas the configuration says): left alone", vm->pid,
		 name);
	vm->ignored = true;
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
		if (!vm->ignored)
			follow(vm);
		sound_announced(vm->sound);
		return true;
	}
	forget(vm);
	return false;
}

static bool begin(struct vm *vm)
{
	const struct config_vm *rule;

	name_read(paths.proc, vm->pid, &vm->name);
	rule = config_of_vm(config, &vm->name);
	if (!rule || !rule->ignore)
		return attend(vm, rule);
	if (has_ended(vm))
		return false;
	ignore(vm);
	return true;
}

void vms_add(pid_t pid)
{
	struct vm *vm;

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
	if (begin(vm))
		insert(vm);
	else
		free_vm(vm);
}

static void reconfigure(struct vm *vm)
{
	const struct config_vm *rule = config_of_vm(config, &vm->name);
	bool ignored = rule && rule->ignore;

	if (ignored && !vm->ignored) {
		sound_withdraw(vm->sound);
		vm->sound = NULL;
		mend_allow(vm->mend, false);
		mend_look(vm->mend);
		leave(vm);
		ignore(vm);
	} else if (!ignored && vm->ignored) {
		vm->ignored = false;
		attend(vm, rule);
	} else if (!ignored) {
		sound_withdraw(vm->sound);
		start_sound(vm, rule);
		mend_allow(vm->mend, config_mends(config, rule));
		start_guest(vm, rule);
		if (vm->input != VM_INPUT_UPROBE &&
		    config->ports != (vm->input == VM_INPUT_PORTS)) {
			stop_listening(vm);
			report(vm, listen_to(vm));
		}
	}
}

void vms_reconfigure(void)
{
	for (size_t i = 0; i < known; i++)
		reconfigure(sorted[i]);
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
