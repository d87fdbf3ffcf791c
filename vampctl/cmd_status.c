// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_status.c - how vAMP is set, which VMs there are, and what is throttled. */
#include "command.h"

#include <argp.h>
#include <stdio.h>

#include "device.h"
#include "exit_code.h"
#include "host_info.h"
#include "say.h"
#include "state.h"
#include "state_json.h"
#include "words.h"

struct status_options {
	bool json;
	bool names;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ "names", 'n', NULL, 0, "Print the names of the VMs alone", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct status_options *o = state->input;

	(void)arg;
	switch (key) {
	case 'j':
		o->json = true;
		return 0;
	case 'n':
		o->names = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void show_host(const struct host_info *h, size_t vms)
{
	if (h->kvm_vamp < 0)
		printf("kvm_vamp    cannot be read\n");
	else
		printf("kvm_vamp    %ld%s\n", h->kvm_vamp,
		       h->kvm_vamp ? "" : " (off: nothing is throttled)");
	printf("policy      %s\n", h->policy);
	printf("kernel      %s\n", h->kernel);
	if (h->vampd > 0)
		printf("vampd       runs (process %d)\n", h->vampd);
	else
		printf("vampd       %s\n",
		       h->vampd ? "cannot be looked for" : "does not run");
	printf("VMs         %zu\n", vms);
}

static void show_phase(const struct vamp_vm_info *i)
{
	char since[16], left[16];

	if (i->phase == VAMP_PHASE_NORMAL) {
		printf("no interactive phase");
		return;
	}
	word_time(since, sizeof(since), i->phase_ns);
	word_time(left, sizeof(left), i->phase_left_ns);
	printf("%s phase since %s by %s, %s left, load %u%%",
	       word_phase(i->phase), since, i->output ? "sound" : "input", left,
	       i->vm_load);
}

static void show_vcpu(const struct vamp_vcpu_info *v)
{
	char since[16];

	word_time(since, sizeof(since), v->since_ns);
	printf("  vCPU %-3u nice %d", v->vcpu_id, v->base_nice);
	if (v->nice_delta)
		printf("%+d", v->nice_delta);
	printf(", %s since %s: %s\n",
	       state_throttled(v) ? "throttled" : "not throttled", since,
	       v->flags & VAMP_VCPU_LEFT_ALONE ?
		       "left alone, its thread is not SCHED_OTHER or runs two vCPUs" :
		       word_reason(v->reason));
}

static void show_vm(const struct state_vm *vm)
{
	printf("\n%s (process %d): ", vm->name, vm->info.pid);
	show_phase(&vm->info);
	printf("; %u guest tasks, %s\n", vm->info.nr_tasks,
	       word_track(vm->info.track));
	for (size_t i = 0; i < vm->vcpus; i++)
		show_vcpu(&vm->vcpu[i]);
}

static void show(const struct status_options *o, const struct state *s)
{
	struct host_info host;

	if (o->names) {
		for (size_t i = 0; i < s->vms; i++)
			puts(s->vm[i].name);
		return;
	}
	host_info_read(&host);
	if (o->json) {
		json_show(state_json(&host, s));
		return;
	}
	show_host(&host, s->vms);
	for (size_t i = 0; i < s->vms; i++)
		show_vm(&s->vm[i]);
}

static int read_and_show(const struct status_options *o, int device)
{
	struct state s;
	int err = state_read(device, false, &s);

	if (err)
		return say_failed(VAMP_DEVICE, err);
	show(o, &s);
	state_free(&s);
	return EXIT_CODE_OK;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Shows how vAMP is set, which VMs it knows, their phases, "
		       "and which vCPUs are throttled, since when and why.",
	};
	struct status_options o = { .json = false };
	int device, code = EXIT_CODE_OK;

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	device = device_open_or_say(&code);
	if (device < 0)
		return code;
	code = read_and_show(&o, device);
	device_close(device);
	return code;
}

const struct command command_status = {
	.name = "status",
	.args = "[--json]",
	.about = "VMs, their phases, and what is throttled",
	.run = run,
};
