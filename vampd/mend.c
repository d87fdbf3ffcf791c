// SPDX-License-Identifier: GPL-2.0-or-later
#include "mend.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device.h"
#include "homes.h"
#include "log.h"
#include "paths.h"

/* A manager of VMs makes its cgroups before it lets the guest run. */
#define SOON_USEC	5000000u
#define LATER_USEC	30000000u

#define LABEL_SIZE	128

struct mend {
	pid_t pid;
	char label[LABEL_SIZE];
	bool allowed;
	bool was_split;			/* at the last look */
	sd_event_source *timer;
	/* As of the last look, and as of the last that was logged. */
	enum cgroup_verdict verdict, logged;
	const char *logged_why;
	char group[CGROUP_PATH];	/* that all share; "": they do not */
	struct mend *next;
};

/* The vCPU threads of a VM, as they are now. */
struct view {
	struct cgroup_tree tree;
	struct cgroup_thread *thread;
	size_t count;
};

static sd_event *event_loop;
static int module = -1;
static struct mend *all;
static struct mend_counters counters;

void mend_init(sd_event *loop, int device)
{
	event_loop = loop;
	module = device;
	counters = (struct mend_counters){ .moved = 0 };
}

void mend_use_device(int device)
{
	module = device;
}

void mend_read_counters(struct mend_counters *to)
{
	*to = counters;
}

enum cgroup_verdict mend_verdict(const struct mend *m)
{
	return m ? m->verdict : CGROUP_UNKNOWN;
}

/* Its name is "CPU 3/KVM" where QEMU was asked to name threads. */
static bool home_by_name(pid_t pid, struct cgroup_thread *t)
{
	char path[PATH_MAX], parent[CGROUP_PATH];
	unsigned int cpu;
	int found = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%d/task/%d/comm", paths.proc, pid,
		 t->tid);
	f = fopen(path, "re");
	if (f) {
		found = fscanf(f, "CPU %u/KVM", &cpu);
		fclose(f);
	}
	cgroup_parent(t->group, parent);
	return found == 1 &&
	       snprintf(t->home, sizeof(t->home), "%s/%s%u", parent,
			CGROUP_VCPU, cpu) < (int)sizeof(t->home);
}

static void find_home(pid_t pid, struct cgroup_thread *t)
{
	const char *known;

	if (!cgroup_is_ours(t->group)) {
		memcpy(t->home, t->group, sizeof(t->home));
		return;
	}
	known = homes_find(pid, t->tid);
	if (known)
		snprintf(t->home, sizeof(t->home), "%s", known);
	else if (!home_by_name(pid, t))
		t->home[0] = '\0';
}

/* A thread that ends meanwhile is none. */
static int look_at(pid_t pid, pid_t tid, struct view *v)
{
	struct cgroup_thread *t = &v->thread[v->count];
	int err;

	*t = (struct cgroup_thread){ .tid = tid };
	err = cgroup_of_thread(pid, tid, &v->tree, t->group);
	if (err)
		return err == -ENOENT || err == -ESRCH ? 0 : err;
	find_home(pid, t);
	t->has_home =
		t->home[0] && !cgroup_read(&v->tree, t->home, &t->settings);
	v->count++;
	return 0;
}

static int observe(pid_t pid, struct view *v)
{
	static pid_t tids[DEVICE_VCPUS_MAX];
	int n = device_list_vcpus(module, pid, tids, DEVICE_VCPUS_MAX);
	int err = 0;

	*v = (struct view){ .count = 0 };
	if (n <= 0)
		return n;
	v->thread = calloc((size_t)n, sizeof(*v->thread));
	if (!v->thread)
		return -ENOMEM;
	for (int i = 0; i < n && !err; i++)
		err = look_at(pid, tids[i], v);
	return err;
}

/* Before anything is moved. */
static int remember(pid_t pid, const struct view *v)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct cgroup_thread *t = &v->thread[i];
		int err = t->moves ? homes_add(pid, t->tid, t->home) : 0;

		if (err && err != -ESRCH)
			return err;
	}
	return homes_save();
}

/* The first @count that were moved; as far as that still works. */
static void move_home(const struct view *v, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct cgroup_thread *t = &v->thread[i];

		if (!t->moves || cgroup_move(&v->tree, t->tid, t->home))
			continue;
		homes_forget_thread(t->tid);
		counters.put_back++;
	}
}

/* All or none; a thread that ends meanwhile does not count. */
static int move_all(const struct view *v, const char *target)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct cgroup_thread *t = &v->thread[i];
		int err = t->moves ? cgroup_move(&v->tree, t->tid, target) : 0;

		if (err && err != -ESRCH) {
			move_home(v, i);
			return err;
		}
		counters.moved += t->moves && !err;
	}
	return 0;
}

static int carry_out(struct mend *m, const struct view *v,
		     const struct cgroup_plan *p)
{
	int err = remember(m->pid, v);

	if (!err)
		err = cgroup_make(&v->tree, p->target, &p->settings);
	if (err)
		return err;
	err = move_all(v, p->target);
	if (err)
		cgroup_remove(&v->tree, p->target);
	return err;
}

static void log_moved(const struct mend *m, const struct cgroup_plan *p)
{
	char target[CGROUP_PATH];

	snprintf(target, sizeof(target), "%s", p->target);
	log_info(
		"VM %d%s: each vCPU had a CPU cgroup of its own: %zu threads moved into %s, weight %u",
		m->pid, m->label, p->moves, log_clean(target),
		p->settings.weight);
}

/* Not again for the same reason. */
static bool is_news(struct mend *m, const struct cgroup_plan *p)
{
	bool news = m->logged != p->verdict || m->logged_why != p->why;

	m->logged = p->verdict;
	m->logged_why = p->why;
	return news;
}

static void log_split(struct mend *m, struct cgroup_plan *p)
{
	if (is_news(m, p))
		log_warn(
			"VM %d%s: its vCPUs do not share a CPU cgroup, so what a slow one gives up does not go to the others; not mended because of %s: %s",
			m->pid, m->label, log_clean(p->at), p->why);
}

static void mend(struct mend *m, const struct view *v, struct cgroup_plan *p)
{
	int err = carry_out(m, v, p);

	if (!err) {
		log_moved(m, p);
		m->logged = CGROUP_MENDED;
		return;
	}
	counters.failed++;
	m->verdict = CGROUP_SPLIT;
	p->verdict = CGROUP_SPLIT;
	p->why = "cannot be made, or the threads not be moved there";
	if (is_news(m, p))
		log_warn(
			"VM %d%s: its vCPUs do not share a CPU cgroup, and cannot be moved into %s: %s",
			m->pid, m->label, log_clean(p->target), strerror(-err));
}

static void undo(struct mend *m, const struct view *v, struct cgroup_plan *p)
{
	uint64_t before = counters.put_back;

	move_home(v, v->count);
	cgroup_remove(&v->tree, p->target);
	homes_save();
	is_news(m, p);
	log_info(
		"VM %d%s: %llu vCPU threads are back in CPU cgroups of their own, because of %s: %s",
		m->pid, m->label,
		(unsigned long long)(counters.put_back - before),
		log_clean(p->at), p->why);
}

/* Moved by a vampd whose file is lost: to be put back like others. */
static void adopt(pid_t pid, const struct view *v)
{
	size_t before = homes_count();

	for (size_t i = 0; i < v->count; i++) {
		const struct cgroup_thread *t = &v->thread[i];

		if (t->has_home && !homes_find(pid, t->tid))
			homes_add(pid, t->tid, t->home);
	}
	if (homes_count() > before)
		homes_save();
}

static void look_again(struct mend *m, uint64_t usec)
{
	if (!m->timer)
		return;
	sd_event_source_set_time_relative(m->timer, usec);
	sd_event_source_set_enabled(m->timer, SD_EVENT_ONESHOT);
}

/* In the root all processes of the host are siblings. */
static void check_own(const struct mend *m)
{
	if (!m->group[1]) {
		log_warn(
			"VM %d%s: has no CPU cgroup of its own: what slow vCPUs give up goes to everybody; start it by libvirt or systemd-run --scope",
			m->pid, m->label);
		return;
	}
	for (const struct mend *o = all; o; o = o->next) {
		if (o == m || strcmp(o->group, m->group))
			continue;
		log_warn(
			"VM %d%s: shares its CPU cgroup with VM %d%s: what slow vCPUs give up goes to both; start each by libvirt or systemd-run --scope",
			m->pid, m->label, o->pid, o->label);
		return;
	}
}

static void note_group(struct mend *m, const struct view *v)
{
	const char *now = m->verdict == CGROUP_SHARED ? v->thread[0].group : "";
	bool same = !strcmp(m->group, now);

	snprintf(m->group, sizeof(m->group), "%s", now);
	if (!same && *now)
		check_own(m);
}

/* Libvirt moves a new vCPU's thread in a moment: only what lasts is told. */
static void split(struct mend *m, struct cgroup_plan *p)
{
	if (m->was_split)
		log_split(m, p);
	m->was_split = true;
}

static void act(struct mend *m, const struct view *v)
{
	struct cgroup_plan p;

	cgroup_plan(v->thread, v->count, m->allowed, &p);
	m->verdict = p.verdict;
	if (p.verdict != CGROUP_SPLIT)
		m->was_split = false;
	switch (p.verdict) {
	case CGROUP_MEND:
		mend(m, v, &p);
		break;
	case CGROUP_UNDO:
		undo(m, v, &p);
		break;
	case CGROUP_SPLIT:
		split(m, &p);
		break;
	case CGROUP_MENDED:
		adopt(m->pid, v);
		is_news(m, &p);
		break;
	default:
		is_news(m, &p);
	}
	note_group(m, v);
}

void mend_look(struct mend *m)
{
	struct view v;
	int err;

	if (!m)
		return;
	err = observe(m->pid, &v);
	if (err)
		log_debug("VM %d%s: its CPU cgroups cannot be read: %s", m->pid,
			  m->label, strerror(-err));
	else
		act(m, &v);
	free(v.thread);
	look_again(m, m->was_split ? SOON_USEC : LATER_USEC);
}

static int on_time(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	mend_look(context);
	return 0;
}

struct mend *mend_new(pid_t pid, const char *label, bool allowed)
{
	struct mend *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->pid = pid;
	m->allowed = allowed;
	snprintf(m->label, sizeof(m->label), "%s", label);
	if (sd_event_add_time_relative(event_loop, &m->timer, CLOCK_MONOTONIC,
				       SOON_USEC, 0, on_time, m) < 0) {
		free(m);
		return NULL;
	}
	m->next = all;
	all = m;
	return m;
}

static void unlink_from_all(const struct mend *m)
{
	struct mend **at = &all;

	while (*at != m)
		at = &(*at)->next;
	*at = m->next;
}

/* What is left of its group goes with it, or with libvirt. */
void mend_free(struct mend *m)
{
	if (!m)
		return;
	unlink_from_all(m);
	homes_forget_process(m->pid);
	sd_event_source_disable_unref(m->timer);
	free(m);
}

void mend_allow(struct mend *m, bool allowed)
{
	if (!m || m->allowed == allowed)
		return;
	m->allowed = allowed;
	look_again(m, 0);
}

/* 0: it is home, or gone. */
static int put_back(const struct home *h)
{
	char group[CGROUP_PATH], parent[CGROUP_PATH], ours[CGROUP_PATH];
	struct cgroup_tree tree;
	int err;

	if (h->start != homes_start_of(h->pid, h->tid) ||
	    cgroup_of_thread(h->pid, h->tid, &tree, group))
		return 0;
	cgroup_parent(h->group, parent);
	snprintf(ours, sizeof(ours), "%.*s/%s", CGROUP_PATH - 8, parent,
		 CGROUP_OURS);
	if (strcmp(group, ours))
		return 0;
	err = cgroup_move(&tree, h->tid, h->group);
	counters.put_back += !err;
	cgroup_remove(&tree, ours);
	return err;
}

void mend_restore_all(void)
{
	uint64_t before = counters.put_back;
	size_t known = homes_count();

	for (size_t i = known; i-- > 0;) {
		const struct home *h = homes_get(i);
		int err = put_back(h);

		if (err)
			log_warn(
				"VM %d: vCPU thread %d cannot go back to %s: %s",
				h->pid, h->tid, h->group, strerror(-err));
		homes_forget_thread(h->tid);
	}
	if (counters.put_back > before)
		log_info(
			"%llu vCPU threads are back in CPU cgroups of their own",
			(unsigned long long)(counters.put_back - before));
	if (known)
		homes_save();
}
