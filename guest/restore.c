// SPDX-License-Identifier: GPL-2.0-or-later
#include "restore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "log.h"
#include "plan.h"
#include "state.h"

/* Each finds only what was born during the one before. */
#define ROUNDS	8

static int restore_tasks(struct book *b)
{
	struct tasks t = { .task = NULL };
	struct changes c = { .change = NULL };
	size_t refused = 0, done = 0;
	int err = 0;

	for (int i = 0; i < ROUNDS && !err; i++) {
		err = tasks_read(&t);
		if (!err)
			err = plan_restore(b, &t, &c);
		if (err || c.count <= refused)
			break;
		refused = apply_restore(&c);
		done += c.count - refused;
	}
	if (refused)
		log_warn("%zu threads refuse what they had", refused);
	log_debug("%zu threads have what they had", done);
	tasks_free(&t);
	changes_free(&c);
	return err;
}

int restore_all(struct book *b, struct pins *p)
{
	size_t refused = irqs_restore(p);
	int err = restore_tasks(b);

	if (refused)
		log_warn("%zu interrupts refuse the CPUs that they had",
			 refused);
	if (err) {
		log_error("/proc: %s; threads keep the CPUs and the nice they "
			  "were given; run: vamp-guest restore",
			  strerror(-err));
		return err;
	}
	book_clear(b);
	p->count = 0;
	return state_remove();
}

int restore_from_file(void)
{
	struct pins *p = calloc(1, sizeof(*p));
	struct book b = { .record = NULL };
	int err = p ? state_read(&b, p) : -ENOMEM;

	if (err == -EBADMSG)
		log_warn(STATE_FILE ": damaged; what is in it is put back");
	if (!err || err == -EBADMSG)
		err = restore_all(&b, p);
	else if (err == -ENOENT)
		err = state_remove();
	book_free(&b);
	free(p);
	return err;
}
