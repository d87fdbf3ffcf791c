/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_source.h - the module's event of what its core hears, by a tracing instance of
 * our own: nobody else's tracing is disturbed, and its buffers are gone with it.
 */
#ifndef VAMPCTL_TRACE_SOURCE_H
#define VAMPCTL_TRACE_SOURCE_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/types.h"

/* The fields of kvm:kvm_vamp_event. */
struct traced {
	u64 seq, now, run_delay, cpu_time, task;
	char op[9];
	int vcpu;
	u32 arg;
};

/* False: no more for now. */
typedef bool (*trace_source_fn)(void *arg, const struct traced *t);

struct trace_source;

/*
 * From here on events of the VM with that vm_id are kept. NULL after saying what
 * is wrong; the exit code is in *@code.
 */
struct trace_source *trace_source_open(pid_t vm_id, int *code);

/* Gives what there is. False if it cannot be read; -errno in *@err. */
bool trace_source_read(struct trace_source *t, trace_source_fn take, void *arg,
		       int *err);

/* No more are kept; what there is can still be read. */
void trace_source_stop(struct trace_source *t);

void trace_source_close(struct trace_source *t);

#endif /* VAMPCTL_TRACE_SOURCE_H */
