// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mode.c - how host and guest are set while responses are measured.
 */
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "daemon.h"
#include "extension.h"
#include "mode.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "trace.h"
#include "util.h"

#define SETTLE_MS	1200	/* more than the tracker's window */
#define AT_WORK_MS	3000	/* background was there before the user came */
#define EXTENSION	"-m static -f 1"
#define RIVAL_NICE	"renice 19"
#define RESTORE_MS	500
#define WARM_UP_MS	5000	/* it has read all names by then */

/* "name=value"; @on or back to what it was. */
static void set_variant(bool on)
{
	static char normal[32];
	char name[sizeof(options.variant)];
	char *value;

	snprintf(name, sizeof(name), "%s", options.variant);
	value = strchr(name, '=');
	if (!value)
		fail("a variant is PARAMETER=VALUE, not '%s'", options.variant);
	*value++ = 0;
	if (!*normal)
		module_get(name, normal, sizeof(normal));
	module_set(name, on ? value : normal);
}

static void module_away(void)
{
	daemon_stop();
	module_unload();
}

static void module_back(struct pair *p)
{
	module_load("");
	module_set_nice(MODULE_NICE);
	daemon_start();
	stage_known(&p->a);
	stage_known(&p->b);
	daemon_wait(&p->a);
	/* Where there is sound, one phase follows the other. */
	module_set_nice(0);
}

static void rival_begins(struct pair *p, enum rival rival)
{
	if (rival == GUEST_NICE)
		guest_tell(&p->a, RIVAL_NICE);
	else if (rival == AUTOGROUP)
		guest_tell(&p->a, "autogroup 1");
	else if (rival == UNLOADED)
		module_away();
}

static void rival_ends(struct pair *p, enum rival rival)
{
	if (rival == GUEST_NICE)
		guest_tell(&p->a, "renice 0");
	else if (rival == AUTOGROUP)
		guest_tell(&p->a, "autogroup 0");
	else if (rival == UNLOADED)
		module_back(p);
}

static void set_policy(const struct mode *m)
{
	if (m->rival == UNLOADED)
		return;
	if (*options.variant)
		set_variant(m->variant);
	module_set_nice(0);
	if (!m->policy)
		return;
	module_set("policy", m->policy);
	module_set_nice(m->nice);
}

/* The phase ends first, and with it what it has placed. */
static void extension_ends(struct pair *p)
{
	module_set_nice(0);
	sleep_ms(RESTORE_MS);
	extension_hold(&p->a);
}

void mode_prepare(struct pair *p, const struct mode *modes, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (!modes[i].extension)
			continue;
		extension_start(&p->a, EXTENSION);
		sleep_ms(WARM_UP_MS);
		extension_hold(&p->a);
		return;
	}
}

static void background(struct pair *p, bool on)
{
	static bool stopped;

	guest_tell(&p->a, on ? "cont" : "stop");
	if (on && stopped)
		sleep_ms(AT_WORK_MS);
	stopped = !on;
}

void mode_enter(struct pair *p, const struct mode *m)
{
	char mark[80];

	background(p, !m->no_background);
	if (m->extension)
		extension_go(&p->a);
	rival_begins(p, m->rival);
	set_policy(m);
	sleep_ms(SETTLE_MS);
	snprintf(mark, sizeof(mark), "mode %s", m->name);
	trace_mark(mark);
}

void mode_leave(struct pair *p, const struct mode *m)
{
	rival_ends(p, m->rival);
	if (m->extension)
		extension_ends(p);
}

static void set_scheduler(const struct vm *vm, int policy, int priority)
{
	struct sched_param param = { .sched_priority = priority };

	for (unsigned int i = 0; i < vm->nr_vcpus; i++)
		if (sched_setscheduler(vm->vcpu[i], policy, &param))
			fail("vCPU %u cannot be of policy %d", i, policy);
}

void mode_input(struct pair *p, const struct mode *m)
{
	if (m->rival == REALTIME)
		set_scheduler(&p->a, SCHED_RR, 1);
}

void mode_answered(struct pair *p, const struct mode *m)
{
	if (m->rival == REALTIME)
		set_scheduler(&p->a, SCHED_OTHER, 0);
}
