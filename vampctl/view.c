// SPDX-License-Identifier: GPL-2.0-or-later
#include "view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "words.h"

/* What a line has in each column. */
struct columns {
	char who[48];
	char load[12], wait[12], nice[12], class[24], since[12];
	char why[100];
};

static struct view_line *add(struct view *v, enum view_kind kind)
{
	struct view_line *more;

	if (v->lines == v->room) {
		v->room = v->room ? 2 * v->room : 64;
		more = reallocarray(v->line, v->room, sizeof(*more));
		if (!more) {
			v->room = v->lines;
			return NULL;
		}
		v->line = more;
	}
	v->line[v->lines] = (struct view_line){ .kind = kind };
	return &v->line[v->lines++];
}

static int add_columns(struct view *v, enum view_kind kind,
		       const struct columns *c)
{
	struct view_line *l = add(v, kind);

	if (!l)
		return -ENOMEM;
	snprintf(l->text, sizeof(l->text),
		 "%-32.32s %5.5s %5.5s %6.6s  %-12.12s %7.7s  %s", c->who,
		 c->load, c->wait, c->nice, c->class, c->since, c->why);
	return 0;
}

static int add_titles(struct view *v)
{
	static const struct columns titles = {
		"VM / VCPU / GUEST TASK",
		"LOAD%",
		"WAIT%",
		"NICE",
		"CLASS",
		"SINCE",
		"WHY",
	};

	return add_columns(v, VIEW_TITLE, &titles);
}

static void on_or_off(const struct host_info *h, char *to, size_t size)
{
	if (h->kvm_vamp < 0)
		snprintf(to, size, "kvm_vamp unknown");
	else if (!h->kvm_vamp)
		snprintf(to, size, "kvm_vamp 0 (off, observing)");
	else
		snprintf(to, size, "kvm_vamp %ld", h->kvm_vamp);
}

static int add_head(struct view *v, const struct view_input *in)
{
	struct view_line *l = add(v, VIEW_HEAD);
	char state[64];

	if (!l)
		return -ENOMEM;
	on_or_off(in->host, state, sizeof(state));
	snprintf(l->text, sizeof(l->text),
		 "vAMP: %s, policy %s, vampd %s, Linux %.60s, VMs: %zu", state,
		 in->host->policy, in->host->vampd > 0 ? "runs" : "not seen",
		 in->host->kernel, in->now->vms);
	return 0;
}

static int add_vm(struct view *v, const struct state_vm *vm)
{
	const struct vamp_vm_info *i = &vm->info;
	struct columns c = { .load = "" };
	uint32_t load = 0;
	char left[16];

	for (size_t n = 0; n < vm->vcpus; n++)
		load += vm->vcpu[n].load;
	snprintf(c.who, sizeof(c.who), "%.24s (%d)", vm->name, i->pid);
	snprintf(c.load, sizeof(c.load), "%u", load);
	snprintf(c.class, sizeof(c.class), "%s", word_phase(i->phase));
	if (i->phase != VAMP_PHASE_NORMAL) {
		word_time(c.since, sizeof(c.since), i->phase_ns);
		word_time(left, sizeof(left), i->phase_left_ns);
		snprintf(c.why, sizeof(c.why), "%s, %s left",
			 i->output ? "sound" : "input", left);
	}
	return add_columns(v, VIEW_VM, &c);
}

/* Percent of the time between the two looks that the thread waited. */
static void put_wait(char *to, size_t size, const struct vamp_vcpu_info *v,
		     const struct vamp_vcpu_info *before, uint64_t elapsed)
{
	uint64_t waited;

	snprintf(to, size, "-");
	if (!before || before->tid != v->tid || !elapsed ||
	    before->run_delay_ns > v->run_delay_ns)
		return;
	waited = (v->run_delay_ns - before->run_delay_ns) / (elapsed / 100 + 1);
	snprintf(to, size, "%" PRIu64, waited > 100 ? 100 : waited);
}

static const struct vamp_vcpu_info *
earlier(const struct view_input *in, const struct state_vm *vm, uint32_t id)
{
	const struct state_vm *was =
		in->before ? state_vm_of(in->before, vm->info.pid) : NULL;

	return was ? state_vcpu(was, id) : NULL;
}

static const char *vcpu_class(const struct vamp_vcpu_info *v)
{
	if (v->flags & VAMP_VCPU_LEFT_ALONE)
		return "left alone";
	if (state_throttled(v))
		return "throttled";
	return v->nice_delta < 0 ? "boosted" : "full weight";
}

static void put_why(char *to, size_t size, const struct vamp_vcpu_info *v)
{
	const char *why = word_reason(v->reason);

	if (v->waker == VAMP_WAKER_NONE)
		snprintf(to, size, "%s", why);
	else if (v->waker == VAMP_WAKER_INTERRUPT)
		snprintf(to, size, "%s; woken by an interrupt", why);
	else
		snprintf(to, size, "%s; woken by %#llx", why, v->waker);
}

static int add_vcpu(struct view *v, const struct view_input *in,
		    const struct state_vm *vm, const struct vamp_vcpu_info *i)
{
	struct columns c;

	snprintf(c.who, sizeof(c.who), "  vCPU %u", i->vcpu_id);
	snprintf(c.load, sizeof(c.load), "%u", i->load);
	put_wait(c.wait, sizeof(c.wait), i, earlier(in, vm, i->vcpu_id),
		 in->elapsed_ns);
	if (i->nice_delta)
		snprintf(c.nice, sizeof(c.nice), "%d%+d", i->base_nice,
			 i->nice_delta);
	else
		snprintf(c.nice, sizeof(c.nice), "%d", i->base_nice);
	snprintf(c.class, sizeof(c.class), "%s", vcpu_class(i));
	word_time(c.since, sizeof(c.since), i->since_ns);
	put_why(c.why, sizeof(c.why), i);
	return add_columns(v, state_throttled(i) ? VIEW_THROTTLED : VIEW_VCPU,
			   &c);
}

static int add_thread(struct view *v, const struct state_vm *vm,
		      const struct vamp_thread_info *t)
{
	const struct vamp_task_info *k = state_task(vm, t->task_id);
	const struct task_name *name = task_names_find(&vm->names, t->task_id);
	char mark = t->flags & VAMP_THREAD_RUNNING ? '*' : ' ';
	struct columns c = { .wait = "" };

	if (name)
		snprintf(c.who, sizeof(c.who), "   %c%s (%u)", mark, name->name,
			 name->pid);
	else
		snprintf(c.who, sizeof(c.who), "   %c%#llx -", mark,
			 t->task_id);
	snprintf(c.load, sizeof(c.load), "%u", t->avg);
	if (k) {
		snprintf(c.class, sizeof(c.class), "%s", word_class(k->flags));
		snprintf(c.why, sizeof(c.why), "%s (confidence %u of 10)",
			 word_reason(k->reason), k->bg_conf);
	}
	return add_columns(v, VIEW_TASK, &c);
}

static int add_rest(struct view *v, unsigned int count)
{
	struct view_line *l = add(v, VIEW_TASK);

	if (!l)
		return -ENOMEM;
	snprintf(l->text, sizeof(l->text), "    and %u more", count);
	return 0;
}

/* What neither runs nor ran in the last second is of no interest. */
static bool is_shown(const struct vamp_thread_info *t, uint32_t vcpu)
{
	return t->vcpu_id == vcpu && (t->avg || t->flags & VAMP_THREAD_RUNNING);
}

static int add_threads(struct view *v, const struct view_input *in,
		       const struct state_vm *vm, uint32_t vcpu)
{
	unsigned int count = 0;
	int err = 0;

	for (size_t i = 0; i < vm->threads && !err; i++)
		if (is_shown(&vm->thread[i], vcpu) && count++ < in->tasks)
			err = add_thread(v, vm, &vm->thread[i]);
	if (!err && count > in->tasks)
		err = add_rest(v, count - in->tasks);
	return err;
}

static int add_all_of(struct view *v, const struct view_input *in,
		      const struct state_vm *vm)
{
	int err = add_vm(v, vm);

	for (size_t i = 0; i < vm->vcpus && !err; i++) {
		err = add_vcpu(v, in, vm, &vm->vcpu[i]);
		if (!err)
			err = add_threads(v, in, vm, vm->vcpu[i].vcpu_id);
	}
	return err;
}

int view_make(struct view *v, const struct view_input *in)
{
	int err;

	v->lines = 0;
	err = add_head(v, in);
	if (!err)
		err = add_titles(v);
	for (size_t i = 0; i < in->now->vms && !err; i++)
		err = add_all_of(v, in, &in->now->vm[i]);
	return err;
}

void view_free(struct view *v)
{
	free(v->line);
	*v = (struct view){ .lines = 0 };
}
