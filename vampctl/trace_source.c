// SPDX-License-Identifier: GPL-2.0-or-later
/* trace_source.c - a tracing instance, by libtracefs. */
#include "trace_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tracefs.h>
#include <unistd.h>

#include "exit_code.h"
#include "say.h"

#define SYSTEM		"kvm"
#define EVENT		"kvm_vamp_event"
#define BUFFERS_KB	131072	/* of all CPUs together */
#define BUFFER_MAX_KB	8192
#define BUFFER_MIN_KB	512

enum place {
	SEQ,
	OP,
	VCPU,
	NOW,
	RUN_DELAY,
	CPU_TIME,
	TASK,
	ARG,
	PLACES
};

static const char *const names[PLACES] = {
	[SEQ] = "seq",
	[OP] = "op",
	[VCPU] = "vcpu",
	[NOW] = "now",
	[RUN_DELAY] = "run_delay",
	[CPU_TIME] = "cpu_time",
	[TASK] = "task",
	[ARG] = "arg",
};

struct trace_source {
	struct tracefs_instance *instance;
	struct tep_handle *tep;
	int id;			/* of the event */
	struct tep_format_field *field[PLACES];
	trace_source_fn take;
	void *arg;
};

/* ---- setting up ---- */

static int no_tracing(void)
{
	int err = errno;

	say("tracing: %s; is tracefs mounted at /sys/kernel/tracing, and vampctl run as root?",
	    strerror(err));
	return err == EACCES || err == EPERM ? EXIT_CODE_NO_PERMISSION :
					       EXIT_CODE_SYSTEM;
}

static bool find_fields(struct trace_source *t)
{
	struct tep_event *event = tep_find_event_by_name(t->tep, SYSTEM, EVENT);
	int i;

	if (!event)
		return false;
	t->id = event->id;
	for (i = 0; i < PLACES; i++) {
		t->field[i] = tep_find_field(event, names[i]);
		if (!t->field[i])
			return false;
	}
	return t->field[OP]->size < (int)sizeof(((struct traced *)0)->op);
}

static bool put(struct trace_source *t, const char *file, const char *text)
{
	return tracefs_instance_file_write(t->instance, file, text) >= 0;
}

static bool set_up(struct trace_source *t, pid_t vm_id)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	long kb = BUFFERS_KB / (cpus > 0 ? cpus : 1);
	char text[32];

	if (kb > BUFFER_MAX_KB)
		kb = BUFFER_MAX_KB;
	if (kb < BUFFER_MIN_KB)
		kb = BUFFER_MIN_KB;
	snprintf(text, sizeof(text), "%ld", kb);
	if (!put(t, "buffer_size_kb", text))
		return false;
	snprintf(text, sizeof(text), "vm_id == %d", (int)vm_id);
	return put(t, "trace_clock", "mono") &&
	       put(t, "events/" SYSTEM "/" EVENT "/filter", text) &&
	       !tracefs_event_enable(t->instance, SYSTEM, EVENT);
}

static int open_parts(struct trace_source *t, pid_t vm_id)
{
	static const char *const systems[] = { SYSTEM, NULL };
	char name[32];

	if (!tracefs_tracing_dir())
		return no_tracing();
	t->tep = tracefs_local_events_system(NULL, systems);
	if (!t->tep)
		return no_tracing();
	if (!find_fields(t)) {
		say("the module has no event " SYSTEM ":" EVENT
		    " as this vampctl knows it: they are of different versions");
		return EXIT_CODE_NO_MODULE;
	}
	snprintf(name, sizeof(name), "vamp-%d", (int)getpid());
	t->instance = tracefs_instance_create(name);
	if (!t->instance || !set_up(t, vm_id))
		return no_tracing();
	return EXIT_CODE_OK;
}

struct trace_source *trace_source_open(pid_t vm_id, int *code)
{
	struct trace_source *t = calloc(1, sizeof(*t));

	if (!t) {
		*code = say_failed("tracing", -ENOMEM);
		return NULL;
	}
	*code = open_parts(t, vm_id);
	if (!*code)
		return t;
	trace_source_close(t);
	return NULL;
}

void trace_source_stop(struct trace_source *t)
{
	tracefs_event_disable(t->instance, SYSTEM, EVENT);
}

void trace_source_close(struct trace_source *t)
{
	if (t->instance) {
		trace_source_stop(t);
		tracefs_instance_destroy(t->instance);
		tracefs_instance_free(t->instance);
	}
	if (t->tep)
		tep_free(t->tep);
	free(t);
}

/* ---- reading ---- */

static u64 number(const struct trace_source *t, const void *data, enum place i)
{
	unsigned long long n = 0;

	tep_read_number_field(t->field[i], data, &n);
	return n;
}

/* A record shorter than its fields is none of ours. */
static bool whole(const struct trace_source *t, const struct tep_record *record)
{
	int i;

	for (i = 0; i < PLACES; i++)
		if (record->size < t->field[i]->offset + t->field[i]->size)
			return false;
	return true;
}

static int one(struct tep_event *event, struct tep_record *record, int cpu,
	       void *arg)
{
	const struct trace_source *t = arg;
	struct traced e = { 0 };

	(void)cpu;
	if (event->id != t->id || !whole(t, record))
		return 0;
	e.seq = number(t, record->data, SEQ);
	e.vcpu = (int)number(t, record->data, VCPU);
	e.now = number(t, record->data, NOW);
	e.run_delay = number(t, record->data, RUN_DELAY);
	e.cpu_time = number(t, record->data, CPU_TIME);
	e.task = number(t, record->data, TASK);
	e.arg = (u32)number(t, record->data, ARG);
	memcpy(e.op, (char *)record->data + t->field[OP]->offset,
	       (size_t)t->field[OP]->size);
	return t->take(t->arg, &e) ? 0 : -1;
}

bool trace_source_read(struct trace_source *t, trace_source_fn take, void *arg,
		       int *err)
{
	t->take = take;
	t->arg = arg;
	errno = 0;
	if (tracefs_iterate_raw_events(t->tep, t->instance, NULL, 0, one, t) >=
		    0 ||
	    !errno || errno == EAGAIN || errno == EINTR)
		return true;
	*err = -errno;
	return false;
}
