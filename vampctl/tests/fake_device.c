// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fake_device.c - stands for the module: linked with --wrap=ioctl, it answers by
 * what the text of the "device" says. A line is a word and numbers:
 *
 *   version NUMBER			of the interface; without: vampctl's
 *   vm PID PHASE LOAD PHASE_NS LEFT_NS EVICTED TRACK TASKS
 *   vcpu PID ID TID NICE DELTA REASON SINCE_NS WAKER LOAD FLAGS RUN_DELAY
 *   task PID ID FLAGS LOAD REASON CONFIDENCE
 *   thread PID VCPU TASK LOAD FLAGS
 *   cr3_hidden NUMBER, trap_refused NUMBER, vms_refused NUMBER
 *   input ERRNO RESULT			what VAMP_IOC_INPUT answers
 *
 * Inputs are appended to it as "# PID TYPE CODE".
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <vamp/uapi.h>

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);

static char text[65536];

/* The next line that begins with @word, from *@at on, which moves. */
static int next_line(const char **at, const char *word, const char **numbers)
{
	size_t size = strlen(word);

	for (; **at; *at += strcspn(*at, "\n"), *at += **at == '\n') {
		if (strncmp(*at, word, size) || (*at)[size] != ' ')
			continue;
		*numbers = *at + size;
		*at += strcspn(*at, "\n");
		return 1;
	}
	return 0;
}

static __u64 number(const char **from)
{
	char *end;
	__u64 n;

	*from += strspn(*from, " ");
	n = **from == '-' ? (__u64)strtoll(*from, &end, 0) :
			    strtoull(*from, &end, 0);
	*from = end;
	return n;
}

static __u64 first_number(const char *word, __u64 otherwise)
{
	const char *at = text, *from;

	return next_line(&at, word, &from) ? number(&from) : otherwise;
}

static void fill_vm(void *to, const char **from)
{
	struct vamp_vm_info *e = to;

	*e = (struct vamp_vm_info){ .size = sizeof(*e), .policy = 1 };
	e->pid = (__s32)number(from);
	e->phase = (__u32)number(from);
	e->vm_load = (__u32)number(from);
	e->phase_ns = number(from);
	e->phase_left_ns = number(from);
	e->tasks_evicted = (__u32)number(from);
	e->track = (__u32)number(from);
	e->nr_tasks = (__u32)number(from);
}

static void fill_vcpu(void *to, const char **from)
{
	struct vamp_vcpu_info *e = to;

	*e = (struct vamp_vcpu_info){ .size = sizeof(*e) };
	e->vcpu_id = (__u32)number(from);
	e->tid = (__s32)number(from);
	e->base_nice = (__s32)number(from);
	e->nice_delta = (__s32)number(from);
	e->reason = (__u32)number(from);
	e->since_ns = number(from);
	e->waker = number(from);
	e->load = (__u32)number(from);
	e->flags = (__u32)number(from);
	e->run_delay_ns = number(from);
}

static void fill_task(void *to, const char **from)
{
	struct vamp_task_info *e = to;

	*e = (struct vamp_task_info){ .size = sizeof(*e) };
	e->id = number(from);
	e->flags = (__u32)number(from);
	e->avg = e->load = (__u32)number(from);
	e->reason = (__u32)number(from);
	e->bg_conf = (__u32)number(from);
}

static void fill_thread(void *to, const char **from)
{
	struct vamp_thread_info *e = to;

	*e = (struct vamp_thread_info){ .size = sizeof(*e) };
	e->vcpu_id = (__u32)number(from);
	e->task_id = number(from);
	e->avg = (__u32)number(from);
	e->flags = (__u32)number(from);
}

struct kind {
	const char *word;
	__u32 size;
	void (*fill)(void *to, const char **from);
};

static const struct kind vm_kind = { "vm", sizeof(struct vamp_vm_info),
				     fill_vm };
static const struct kind vcpu_kind = { "vcpu", sizeof(struct vamp_vcpu_info),
				       fill_vcpu };
static const struct kind task_kind = { "task", sizeof(struct vamp_task_info),
				       fill_task };
static const struct kind thread_kind = { "thread",
					 sizeof(struct vamp_thread_info),
					 fill_thread };

static int fail(int err)
{
	errno = err;
	return -1;
}

static int is_vm(__s32 pid)
{
	const char *at = text, *from;

	while (next_line(&at, "vm", &from))
		if ((__s32)number(&from) == pid)
			return 1;
	return 0;
}

static int list(struct vamp_list *l, const struct kind *k)
{
	const char *at = text, *from;

	if (l->entry_size != k->size || l->capacity > VAMP_LIST_MAX)
		return fail(EINVAL);
	if (k != &vm_kind && !is_vm(l->pid))
		return fail(ESRCH);
	for (l->count = l->total = 0; next_line(&at, k->word, &from);) {
		if (k != &vm_kind && (__s32)number(&from) != l->pid)
			continue;
		if (l->total++ < l->first || l->count >= l->capacity)
			continue;
		k->fill((char *)(unsigned long)l->entries +
				(size_t)l->count++ * k->size,
			&from);
	}
	return 0;
}

static int counters(struct vamp_counters *c)
{
	c->cr3_hidden = first_number("cr3_hidden", 0);
	c->trap_refused = first_number("trap_refused", 0);
	c->vms_refused = first_number("vms_refused", 0);
	return 0;
}

static int input(int fd, struct vamp_input *in)
{
	const char *at = text, *from = "0 1";
	int err;

	if (!is_vm(in->pid))
		return fail(ESRCH);
	next_line(&at, "input", &from);
	err = (int)number(&from);
	if (err)
		return fail(err);
	in->result = (__u32)number(&from);
	lseek(fd, 0, SEEK_END);
	dprintf(fd, "# %d %u %u\n", in->pid, in->type, in->code);
	return 0;
}

static int answer(int fd, unsigned long request, void *arg)
{
	const __u32 *head = arg;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	if (head[1] != first_number("version", VAMP_UAPI_VERSION))
		return fail(EINVAL);
	switch (request) {
	case VAMP_IOC_COUNTERS:
		return counters(arg);
	case VAMP_IOC_INPUT:
		return input(fd, arg);
	case VAMP_IOC_VMS:
		return list(arg, &vm_kind);
	case VAMP_IOC_VCPUS:
		return list(arg, &vcpu_kind);
	case VAMP_IOC_TASKS:
		return list(arg, &task_kind);
	case VAMP_IOC_THREADS:
		return list(arg, &thread_kind);
	default:
		return fail(ENOTTY);
	}
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if ((request >> 8 & 0xff) != VAMP_IOC_MAGIC)
		return __real_ioctl(fd, request, arg);
	return answer(fd, request, arg);
}
