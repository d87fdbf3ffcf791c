// SPDX-License-Identifier: GPL-2.0-or-later
#include "state_json.h"

#include <stdio.h>

#include "words.h"

static void add_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

static void add_number(struct json_object *o, const char *key, uint64_t n)
{
	json_object_object_add(o, key, json_object_new_uint64(n));
}

static void add_signed(struct json_object *o, const char *key, int64_t n)
{
	json_object_object_add(o, key, json_object_new_int64(n));
}

static void add_bool(struct json_object *o, const char *key, bool b)
{
	json_object_object_add(o, key, json_object_new_boolean(b));
}

static void add_reason(struct json_object *o, uint32_t reason)
{
	add_number(o, "reason", reason);
	add_text(o, "why", word_reason(reason));
}

/* A task's number, "interrupt", or null. */
static void add_waker(struct json_object *o, uint64_t waker)
{
	if (waker == VAMP_WAKER_INTERRUPT)
		add_text(o, "woken_by", "interrupt");
	else if (waker == VAMP_WAKER_NONE)
		json_object_object_add(o, "woken_by", NULL);
	else
		add_number(o, "woken_by", waker);
}

static struct json_object *vcpu_json(const struct vamp_vcpu_info *v)
{
	struct json_object *o = json_object_new_object();

	add_number(o, "id", v->vcpu_id);
	add_signed(o, "tid", v->tid);
	add_signed(o, "nice", v->base_nice);
	add_signed(o, "nice_added", v->nice_delta);
	add_bool(o, "throttled", state_throttled(v));
	add_number(o, "since_ns", v->since_ns);
	add_reason(o, v->reason);
	add_bool(o, "left_alone", v->flags & VAMP_VCPU_LEFT_ALONE);
	add_number(o, "load", v->load);
	add_number(o, "exec_ns", v->exec_ns);
	add_number(o, "run_delay_ns", v->run_delay_ns);
	add_number(o, "task", v->task_id);
	add_waker(o, v->waker);
	return o;
}

static struct json_object *vcpus_json(const struct state_vm *vm)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < vm->vcpus; i++)
		json_object_array_add(list, vcpu_json(&vm->vcpu[i]));
	return list;
}

static struct json_object *threads_json(const struct state_vm *vm, uint64_t id)
{
	struct json_object *list = json_object_new_array(), *o;

	for (size_t i = 0; i < vm->threads; i++) {
		const struct vamp_thread_info *t = &vm->thread[i];

		if (t->task_id != id)
			continue;
		o = json_object_new_object();
		add_number(o, "vcpu", t->vcpu_id);
		add_number(o, "load", t->avg);
		add_bool(o, "running", t->flags & VAMP_THREAD_RUNNING);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *task_json(const struct state_vm *vm,
				     const struct vamp_task_info *t)
{
	struct json_object *o = json_object_new_object();
	const struct task_name *name = task_names_find(&vm->names, t->id);

	add_number(o, "id", t->id);
	json_object_object_add(
		o, "name", name ? json_object_new_string(name->name) : NULL);
	json_object_object_add(o, "pid",
			       name ? json_object_new_int64(name->pid) : NULL);
	add_text(o, "class", word_class(t->flags));
	add_bool(o, "running", t->flags & VAMP_TASK_RUNNING);
	add_number(o, "load", t->avg);
	add_number(o, "load_and_waiting", t->load);
	add_number(o, "exec_ns", t->exec_ns);
	add_number(o, "confidence", t->bg_conf);
	add_reason(o, t->reason);
	json_object_object_add(o, "threads", threads_json(vm, t->id));
	return o;
}

static struct json_object *tasks_json(const struct state_vm *vm)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < vm->tasks; i++)
		json_object_array_add(list, task_json(vm, &vm->task[i]));
	return list;
}

static struct json_object *vm_json(const struct state_vm *vm)
{
	const struct vamp_vm_info *i = &vm->info;
	struct json_object *o = json_object_new_object();

	add_signed(o, "pid", i->pid);
	add_text(o, "name", vm->name);
	add_text(o, "phase", word_phase(i->phase));
	add_number(o, "phase_ns", i->phase_ns);
	add_number(o, "phase_left_ns", i->phase_left_ns);
	add_bool(o, "started_by_sound", i->output);
	add_text(o, "policy", word_policy(i->policy));
	add_text(o, "tracking", word_track(i->track));
	add_number(o, "load", i->vm_load);
	add_number(o, "waited", i->vm_waited);
	add_number(o, "task_count", i->nr_tasks);
	add_number(o, "tasks_evicted", i->tasks_evicted);
	add_number(o, "memory_bytes", i->mem_bytes);
	json_object_object_add(o, "vcpus", vcpus_json(vm));
	if (vm->task)
		json_object_object_add(o, "tasks", tasks_json(vm));
	return o;
}

static struct json_object *host_json(const struct host_info *h)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "kernel", h->kernel);
	json_object_object_add(
		o, "kvm_vamp",
		h->kvm_vamp < 0 ? NULL : json_object_new_int64(h->kvm_vamp));
	add_text(o, "policy", h->policy);
	json_object_object_add(o, "vampd",
			       h->vampd > 0 ? json_object_new_int(h->vampd) :
					      NULL);
	return o;
}

struct json_object *state_json(const struct host_info *h, const struct state *s)
{
	struct json_object *o = json_object_new_object();
	struct json_object *vms = json_object_new_array();

	for (size_t i = 0; i < s->vms; i++)
		json_object_array_add(vms, vm_json(&s->vm[i]));
	add_number(o, "format", JSON_FORMAT);
	json_object_object_add(o, "host", host_json(h));
	json_object_object_add(o, "vms", vms);
	return o;
}

void json_show(struct json_object *o)
{
	puts(json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			   JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}

void json_show_line(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
	fflush(stdout);
}
