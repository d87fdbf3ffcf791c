// SPDX-License-Identifier: GPL-2.0-or-later
#include "metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SECOND	1000000000u

enum kind {
	COUNTER,
	COUNTER_SECONDS,	/* of nanoseconds */
	GAUGE,
	GAUGE_SECONDS,
	GAUGE_BYTES,
	GAUGE_PERCENT,		/* shown as a ratio */
	INFO
};

/* What OpenMetrics calls a metric family. */
struct family {
	const char *name;	/* without _total, with the unit */
	const char *help;
	enum kind kind;
	size_t offset;		/* of its number, a u64 or as the table says */
};

static void head(FILE *f, const struct family *m)
{
	static const char *const type[] = {
		[COUNTER] = "counter",	   [COUNTER_SECONDS] = "counter",
		[GAUGE] = "gauge",	   [GAUGE_SECONDS] = "gauge",
		[GAUGE_BYTES] = "gauge",   [GAUGE_PERCENT] = "gauge",
		[INFO] = "info",
	};
	static const char *const unit[] = {
		[COUNTER_SECONDS] = "seconds",
		[GAUGE_SECONDS] = "seconds",
		[GAUGE_BYTES] = "bytes",
		[GAUGE_PERCENT] = "ratio",
		[INFO] = NULL,
	};

	fprintf(f, "# TYPE %s %s\n", m->name, type[m->kind]);
	if (unit[m->kind])
		fprintf(f, "# UNIT %s %s\n", m->name, unit[m->kind]);
	fprintf(f, "# HELP %s %s\n", m->name, m->help);
}

static void number(FILE *f, enum kind kind, uint64_t n)
{
	switch (kind) {
	case COUNTER_SECONDS:
	case GAUGE_SECONDS:
		fprintf(f, " %" PRIu64 ".%09" PRIu64 "\n", n / SECOND,
			n % SECOND);
		break;
	case GAUGE_PERCENT:
		fprintf(f, " %" PRIu64 ".%02" PRIu64 "\n", n / 100, n % 100);
		break;
	default:
		fprintf(f, " %" PRIu64 "\n", n);
	}
}

static const char *suffix(enum kind kind)
{
	if (kind == INFO)
		return "_info";
	return kind == COUNTER || kind == COUNTER_SECONDS ? "_total" : "";
}

/* A family of one number. */
static void one(FILE *f, const struct family *m, uint64_t n)
{
	head(f, m);
	fprintf(f, "%s%s", m->name, suffix(m->kind));
	number(f, m->kind, n);
}

static uint64_t number_at(const void *structure, size_t offset)
{
	uint64_t n;

	memcpy(&n, (const char *)structure + offset, sizeof(n));
	return n;
}

#define OF(field)	offsetof(struct vamp_counters, field)

static const struct family of_module[] = {
	{ "vamp_guest_entries", "Entries into guests that the module saw.",
	  COUNTER, OF(entries) },
	{ "vamp_guest_task_switches",
	  "Changes of a vCPU's address space that the module saw.", COUNTER,
	  OF(task_switches) },
	{ "vamp_vms_begun", "VMs that the module came to know.", COUNTER,
	  OF(vms_created) },
	{ "vamp_vms_ended", "VMs that the module forgot.", COUNTER,
	  OF(vms_freed) },
	{ "vamp_vms_refused", "VMs over the module's limit.", COUNTER,
	  OF(vms_refused) },
	{ "vamp_vms_hidden", "VMs whose address spaces cannot be read.",
	  COUNTER, OF(cr3_hidden) },
	{ "vamp_vms_trap_refused", "VMs sampled because trapping is unsafe.",
	  COUNTER, OF(trap_refused) },
	{ "vamp_inputs", "Inputs that the module was told of.", COUNTER,
	  OF(inputs) },
	{ "vamp_inputs_refused", "Inputs that the module refused.", COUNTER,
	  OF(inputs_refused) },
	{ "vamp_phases", "Interactive phases begun.", COUNTER, OF(phases) },
	{ "vamp_phases_mixed",
	  "Interactive phases with background work to slow.", COUNTER,
	  OF(phases_mixed) },
	{ "vamp_phases_sound", "Interactive phases begun by sound.", COUNTER,
	  OF(phases_output) },
	{ "vamp_phases_quiet",
	  "Interactive phases ended early, as nobody answered.", COUNTER,
	  OF(phases_quiet) },
	{ "vamp_classifications", "Classifications of a VM's tasks.", COUNTER,
	  OF(classify_runs) },
	{ "vamp_classification_max_seconds", "The longest classification.",
	  GAUGE_SECONDS, OF(classify_max_ns) },
	{ "vamp_irqs_off_max_seconds",
	  "The longest time with a VM's lock held.", GAUGE_SECONDS,
	  OF(irqsoff_max_ns) },
	{ "vamp_nice_changes", "Times that a vCPU was slowed or eased.",
	  COUNTER, OF(nice_set) },
	{ "vamp_nice_restored",
	  "Of these, back to the administrator's nice value.", COUNTER,
	  OF(nice_restored) },
	{ "vamp_nice_outside", "Nice values changed by somebody else.", COUNTER,
	  OF(nice_outside) },
	{ "vamp_interrupt_hints", "vCPUs eased by an arriving interrupt.",
	  COUNTER, OF(interrupt_hints) },
	{ "vamp_vcpus_left_alone", "vCPUs that are not SCHED_OTHER.", COUNTER,
	  OF(not_fair) },
	{ "vamp_tasks_evicted", "Guest tasks for which there was no room.",
	  COUNTER, OF(tasks_evicted) },
	{ "vamp_nested_entries", "Entries into a guest's own guest.", COUNTER,
	  OF(nested_skipped) },
	{ "vamp_events_lost", "Events that slow readers missed.", COUNTER,
	  OF(events_lost) },
	{ "vamp_ipis", "Interrupts from vCPU to vCPU.", COUNTER, OF(ipis) },
	{ "vamp_injections", "Interrupts injected.", COUNTER, OF(injections) },
	{ "vamp_sound_accesses", "Accesses to sound devices by guest tasks.",
	  COUNTER, OF(audio_accesses) },
	{ "vamp_sound_handlers",
	  "Accesses to sound devices by interrupt handlers.", COUNTER,
	  OF(audio_handlers) },
	{ "vamp_boosts", "vCPUs boosted by kvm_partial_boost.", COUNTER,
	  OF(boosts) },
	{ "vamp_placements", "Placements that guests reported.", COUNTER,
	  OF(placements) },
	{ "vamp_placements_late", "The same, refused as the phase was over.",
	  COUNTER, OF(placements_late) },
};

#undef OF

static const char *const reason[VAMP_REASONS] = {
	[VAMP_WHY_NONE] = "none",
	[VAMP_WHY_LOAD_ABOVE] = "load_above",
	[VAMP_WHY_LOAD_BELOW] = "load_below",
	[VAMP_WHY_SYSTEM_TASK] = "system_task",
	[VAMP_WHY_ANSWERS_INPUT] = "answers_input",
	[VAMP_WHY_NOT_SUSTAINED] = "not_sustained",
	[VAMP_WHY_NOT_MIXED] = "not_mixed",
	[VAMP_WHY_NEW_TASK] = "new_task",
	[VAMP_WHY_NO_PHASE] = "no_phase",
	[VAMP_WHY_RUNS_BACKGROUND] = "runs_background",
	[VAMP_WHY_RUNS_INTERACTIVE] = "runs_interactive",
	[VAMP_WHY_RAN_INTERACTIVE] = "ran_interactive",
	[VAMP_WHY_INTERRUPT] = "interrupt",
	[VAMP_WHY_HALTED] = "halted",
	[VAMP_WHY_MAKES_ROOM] = "makes_room",
	[VAMP_WHY_PHASE_END] = "phase_end",
	[VAMP_WHY_SWITCHED_OFF] = "switched_off",
	[VAMP_WHY_VM_END] = "vm_end",
	[VAMP_WHY_UNLOAD] = "unload",
	[VAMP_WHY_MAKES_AUDIO] = "makes_audio",
	[VAMP_WHY_QUIET] = "quiet",
	[VAMP_WHY_UNATTENDED] = "unattended",
	[VAMP_WHY_PLACED_SLOW] = "placed_slow",
	[VAMP_WHY_PLACED_FAST] = "placed_fast",
};

static void render_module(FILE *f, const struct metrics *m)
{
	static const struct family up = { "vamp_module_up",
					  "1 while the module is loaded.",
					  GAUGE, 0 };
	static const struct family decisions = {
		"vamp_decisions", "Decisions about vCPUs, by reason.", COUNTER,
		0
	};

	one(f, &up, m->is_there);
	if (!m->is_there)
		return;
	for (size_t i = 0; i < COUNT(of_module); i++)
		one(f, &of_module[i],
		    number_at(&m->module, of_module[i].offset));
	head(f, &decisions);
	for (int i = 0; i < VAMP_REASONS; i++)
		fprintf(f, "%s_total{reason=\"%s\"} %llu\n", decisions.name,
			reason[i], m->module.reasons[i]);
}

static void labelled(FILE *f, const char *name, const char *label,
		     const char *value, uint64_t n)
{
	fprintf(f, "%s_total{%s=\"%s\"} %" PRIu64 "\n", name, label, value, n);
}

static void render_inputs(FILE *f, const struct input_counters *in)
{
	static const struct family inputs = {
		"vamp_daemon_inputs",
		"Inputs seen by vampd, by what became of them.", COUNTER, 0
	};
	static const struct family slowest = {
		"vamp_daemon_input_max_seconds",
		"The longest time from an input in QEMU to the module's answer.",
		GAUGE_SECONDS, 0
	};

	head(f, &inputs);
	labelled(f, inputs.name, "result", "acted_on", in->started);
	labelled(f, inputs.name, "result", "ignored", in->sent - in->started);
	labelled(f, inputs.name, "result", "silent", in->silent);
	labelled(f, inputs.name, "result", "invalid", in->invalid);
	labelled(f, inputs.name, "result", "unknown_vm", in->unknown_vm);
	labelled(f, inputs.name, "result", "switched_off", in->switched_off);
	labelled(f, inputs.name, "result", "busy", in->busy);
	labelled(f, inputs.name, "result", "failed", in->failed);
	one(f, &slowest, in->slowest_ns);
}

static void render_probe(FILE *f, const struct probe_counters *p)
{
	static const struct family events = {
		"vamp_probe_events",
		"Events that the BPF program looked at, by what became of them.",
		COUNTER, 0
	};

	head(f, &events);
	labelled(f, events.name, "result", "passed", p->passed);
	labelled(f, events.name, "result", "other_process", p->other_process);
	labelled(f, events.name, "result", "other_kind", p->other_kind);
	labelled(f, events.name, "result", "thinned", p->thinned);
	labelled(f, events.name, "result", "over_rate", p->over_rate);
	labelled(f, events.name, "result", "unreadable", p->unreadable);
	labelled(f, events.name, "result", "ring_full", p->ring_full);
}

static void render_sound_and_cgroups(FILE *f, const struct metrics *m)
{
	static const struct family monitors = {
		"vamp_daemon_monitors",
		"Questions to QEMU's monitors, by result.", COUNTER, 0
	};
	static const struct family threads = {
		"vamp_daemon_cgroup_moves",
		"vCPU threads moved between CPU cgroups, by direction.",
		COUNTER, 0
	};
	static const struct family failed = {
		"vamp_daemon_cgroup_failures",
		"Attempts to mend a VM's CPU cgroups that failed.", COUNTER, 0
	};

	head(f, &monitors);
	labelled(f, monitors.name, "result", "answered", m->sound.answers);
	labelled(f, monitors.name, "result", "busy", m->sound.busy);
	labelled(f, monitors.name, "result", "failed", m->sound.failed);
	head(f, &threads);
	labelled(f, threads.name, "direction", "together", m->mend.moved);
	labelled(f, threads.name, "direction", "back", m->mend.put_back);
	one(f, &failed, m->mend.failed);
}

static void render_daemon(FILE *f, const struct metrics *m)
{
	static const struct family of_daemon[] = {
		{ "vamp_daemon_vms", "VMs that vampd knows.", GAUGE, 0 },
		{ "vamp_daemon_vms_left_out",
		  "Of these, too many to be shown here.", GAUGE, 0 },
		{ "vamp_daemon_module_returns",
		  "Times that the module came back.", COUNTER, 0 },
		{ "vamp_daemon_cpu_seconds", "CPU time that vampd took.",
		  COUNTER_SECONDS, 0 },
		{ "vamp_daemon_resident_bytes", "Memory that vampd takes.",
		  GAUGE_BYTES, 0 },
	};
	const uint64_t n[] = { m->vms, m->vms - m->shown, m->returns, m->cpu_ns,
			       m->resident_bytes };
	static const struct family build = { "vamp_daemon", "Version of vampd.",
					     INFO, 0 };

	head(f, &build);
	fprintf(f, "vamp_daemon_info{version=\"%s\"} 1\n", VAMPD_VERSION);
	for (size_t i = 0; i < COUNT(of_daemon); i++)
		one(f, &of_daemon[i], n[i]);
	render_inputs(f, &m->input);
	render_probe(f, &m->probe);
	render_sound_and_cgroups(f, m);
}

/* As OpenMetrics has it; control characters are no part of a name. */
static void escaped(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", f);
		else if (*text == '"' || *text == '\\')
			fprintf(f, "\\%c", *text);
		else
			fputc(*text, f);
	}
}

/* Two VMs may have one name; the process tells them apart. */
static void vm_sample(FILE *f, const struct family *m, const struct vm *vm)
{
	fprintf(f, "%s%s{vm=\"", m->name, suffix(m->kind));
	escaped(f, vm->name.text);
	fprintf(f, "\",pid=\"%d\"", vm->pid);
}

static const char *input_word(const struct vm *vm)
{
	static const char *const word[] = { [VM_INPUT_NONE] = "none",
					    [VM_INPUT_UPROBE] = "uprobe",
					    [VM_INPUT_PORTS] = "ports" };

	return vm->ignored ? "ignored" : word[vm->input];
}

static void render_vm_infos(FILE *f, const struct metrics *m)
{
	static const struct family info = {
		"vamp_vm",
		"What is known of a VM: who runs it, how its input is seen, how its vCPUs are in CPU cgroups.",
		INFO, 0
	};

	head(f, &info);
	for (size_t i = 0; i < m->shown; i++) {
		const struct metrics_vm *v = &m->vm[i];

		vm_sample(f, &info, v->vm);
		fprintf(f,
			",id=\"%s\",manager=\"%s\",input=\"%s\",cgroup=\"%s\"} 1\n",
			v->vm->name.id, name_source(v->vm->name.source),
			input_word(v->vm), cgroup_verdict(v->cgroup));
	}
}

#define IN_VM(field)	offsetof(struct vm, counts.field)

static const struct family counted[] = {
	{ "vamp_vm_inputs", "Inputs of the VM that the module took.", COUNTER,
	  IN_VM(inputs) },
	{ "vamp_vm_phases", "Interactive phases of the VM.", COUNTER,
	  IN_VM(phases) },
	{ "vamp_vm_phases_mixed",
	  "Interactive phases of the VM with background work to slow.", COUNTER,
	  IN_VM(phases_mixed) },
	{ "vamp_vm_slow_vcpu_seconds",
	  "Time for which vCPUs of the VM were slow in its phases, sampled.",
	  COUNTER_SECONDS, IN_VM(slow_ns) },
};

#undef IN_VM

enum of_vm {
	VM_IN_PHASE,
	VM_SLOW,
	VM_VCPUS,
	VM_TASKS,
	VM_LOAD,
	VM_MEMORY,
	VM_EXEC,
	VM_DELAY,
	VM_SOUND
};

static const struct family seen[] = {
	[VM_IN_PHASE] = { "vamp_vm_in_phase",
			  "1 in an interactive phase, 2 in a mixed one.", GAUGE,
			  0 },
	[VM_SLOW] = { "vamp_vm_slow_vcpus", "vCPUs that are slow now.", GAUGE,
		      0 },
	[VM_VCPUS] = { "vamp_vm_vcpus", "vCPUs of the VM.", GAUGE, 0 },
	[VM_TASKS] = { "vamp_vm_guest_tasks",
		       "Address spaces of the guest that are tracked.", GAUGE,
		       0 },
	[VM_LOAD] = { "vamp_vm_load_ratio",
		      "Load of the VM at its last phase, in CPUs.",
		      GAUGE_PERCENT, 0 },
	[VM_MEMORY] = { "vamp_vm_memory_bytes",
			"Memory that the module takes for the VM.", GAUGE_BYTES,
			0 },
	[VM_EXEC] = { "vamp_vm_exec_seconds",
		      "Time that vCPUs of the VM ran guest tasks.",
		      COUNTER_SECONDS, 0 },
	[VM_DELAY] = { "vamp_vm_run_delay_seconds",
		       "Time that vCPUs of the VM waited for a CPU.",
		       COUNTER_SECONDS, 0 },
	[VM_SOUND] = { "vamp_vm_sound_accesses",
		       "Accesses to the VM's sound devices by guest tasks.",
		       COUNTER, 0 },
};

static uint64_t seen_of(const struct metrics_vm *v, enum of_vm what)
{
	switch (what) {
	case VM_IN_PHASE:
		return v->info.phase;
	case VM_SLOW:
		return v->slow;
	case VM_VCPUS:
		return v->info.nr_vcpus;
	case VM_TASKS:
		return v->info.nr_tasks;
	case VM_LOAD:
		return v->info.vm_load;
	case VM_MEMORY:
		return v->info.mem_bytes;
	case VM_EXEC:
		return v->exec_ns;
	case VM_DELAY:
		return v->run_delay_ns;
	default:
		return v->info.audio_accesses;
	}
}

static void render_counted(FILE *f, const struct metrics *m,
			   const struct family *family)
{
	head(f, family);
	for (size_t i = 0; i < m->shown; i++) {
		vm_sample(f, family, m->vm[i].vm);
		fputc('}', f);
		number(f, family->kind, number_at(m->vm[i].vm, family->offset));
	}
}

static void render_seen(FILE *f, const struct metrics *m, enum of_vm what)
{
	head(f, &seen[what]);
	for (size_t i = 0; i < m->shown; i++) {
		vm_sample(f, &seen[what], m->vm[i].vm);
		fputc('}', f);
		number(f, seen[what].kind, seen_of(&m->vm[i], what));
	}
}

static void render_vms(FILE *f, const struct metrics *m)
{
	render_vm_infos(f, m);
	for (size_t i = 0; i < COUNT(counted); i++)
		render_counted(f, m, &counted[i]);
	for (size_t i = 0; m->is_there && i < COUNT(seen); i++)
		render_seen(f, m, (enum of_vm)i);
}

char *metrics_render(const struct metrics *m, size_t *size)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, size);
	int failed;

	if (!f)
		return NULL;
	render_module(f, m);
	render_daemon(f, m);
	render_vms(f, m);
	fputs("# EOF\n", f);
	failed = ferror(f);
	if (!fclose(f) && !failed)
		return text;
	free(text);
	return NULL;
}
