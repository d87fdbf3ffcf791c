/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * view.h - the lines that top shows: VM, its vCPUs, the guest tasks on each.
 * They depend on nothing but the arguments.
 */
#ifndef VAMPCTL_VIEW_H
#define VAMPCTL_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "host_info.h"
#include "state.h"

#define VIEW_COLUMNS	200

enum view_kind {
	VIEW_HEAD,
	VIEW_TITLE,
	VIEW_VM,
	VIEW_VCPU,
	VIEW_THROTTLED,		/* a vCPU that is */
	VIEW_TASK,
};

struct view_line {
	enum view_kind kind;
	char text[VIEW_COLUMNS];	/* printable ASCII */
};

struct view {
	struct view_line *line;
	size_t lines, room;
};

struct view_input {
	const struct host_info *host;
	const struct state *now;
	const struct state *before;	/* NULL: waiting cannot be told */
	uint64_t elapsed_ns;		/* between the two */
	unsigned int tasks;		/* shown of a vCPU, at most */
};

/* Replaces what @v had: 0 or -ENOMEM. @v begins as zeroes. */
int view_make(struct view *v, const struct view_input *in);
void view_free(struct view *v);

#endif /* VAMPCTL_VIEW_H */
