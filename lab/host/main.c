// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * main.c - the harness: runs one scenario on the emulated host.
 *
 * Called with --list or --facts it only says what there is, so that it can be
 * asked on any machine.
 */
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "kmsg.h"
#include "options.h"
#include "report.h"
#include "trace.h"
#include "util.h"
#include "vm.h"

struct options options = {
	.seed = 1,
	.vcpus = 2,
	.hogs = 2,
	.threads = 1,
	.application = "click",
	.load = 2,
	.interface = "lab/data/interface.tsv",
};

static const struct scenario *const scenarios[] = {
	&scenario_boot,
	&scenario_smoke,
	&scenario_desktop,
	&scenario_audio,
	&scenario_typing,
	&scenario_track,
	&scenario_restore,
	&scenario_policy_off,
	&scenario_reload,
	&scenario_interface,
	&scenario_vmx,
	&scenario_hostile,
	&scenario_odd_guests,
	&scenario_stress,
	&scenario_guest_restore,
	&scenario_guest_hostile,
	&scenario_guest_systemd,
	&scenario_libvirt,
	&scenario_evaluate,
	&scenario_session,
	&scenario_play_vnc,
	&scenario_play_spice,
	&scenario_record_desktop,
	&scenario_record_audio,
	&scenario_record_mixed,
	&scenario_record_room,
};

static const struct scenario *find(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(scenarios); i++)
		if (!strcmp(scenarios[i]->name, name))
			return scenarios[i];
	return NULL;
}

static int list(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(scenarios); i++)
		printf("%-14s %s\n", scenarios[i]->name, scenarios[i]->about);
	return 0;
}

static int facts(const char *name)
{
	static const char *const needs[] = { "nothing",	  "module",  "daemon",
					     "extension", "desktop", "play",
					     "systemd",	  "libvirt" };
	static const char *const machines[] = { "qemu", "bochs" };
	const struct scenario *s = find(name);

	if (!s)
		return 1;
	printf("%u %s %s\n", s->limit_s, needs[s->need], machines[s->machine]);
	return 0;
}

/* What guests boot: the same kernel as the host. */
static void guests(const struct scenario *s)
{
	static const char *const images[] = {
		[NEED_EXTENSION] = "extended", [NEED_DESKTOP] = "desk",
		[NEED_PLAY] = "desk",	       [NEED_SYSTEMD] = "systemd",
		[NEED_LIBVIRT] = "extended",
	};

	options.extension = s->need >= NEED_EXTENSION;
	snprintf(options.vmlinux, sizeof(options.vmlinux),
		 "build/kernels/%s/vmlinux", options.series);
	snprintf(options.guest_image, sizeof(options.guest_image),
		 "build/lab/%s-%s.img",
		 options.extension ? images[s->need] : "guest", options.series);
}

static int parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "inputs", required_argument, NULL, 'i' },
		{ "seed", required_argument, NULL, 's' },
		{ "retries", required_argument, NULL, 'r' },
		{ "series", required_argument, NULL, 'k' },
		{ "trace", required_argument, NULL, 't' },
		{ "symbols", no_argument, NULL, 'S' },
		{ "vcpus", required_argument, NULL, 'c' },
		{ "hogs", required_argument, NULL, 'h' },
		{ "threads", required_argument, NULL, 'T' },
		{ "application", required_argument, NULL, 'a' },
		{ "fast", no_argument, NULL, 'f' },
		{ "load", required_argument, NULL, 'l' },
		{ "modes", required_argument, NULL, 'm' },
		{ "variant", required_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'i')
			options.inputs = atoi(optarg);
		else if (c == 's')
			options.seed = strtoull(optarg, NULL, 10);
		else if (c == 'r')
			options.retries = atoi(optarg);
		else if (c == 'k')
			options.series = optarg;
		else if (c == 'c')
			options.vcpus = atoi(optarg);
		else if (c == 'h')
			options.hogs = atoi(optarg);
		else if (c == 'T')
			options.threads = atoi(optarg);
		else if (c == 'a')
			options.application = optarg;
		else if (c == 'l')
			options.load = atoi(optarg);
		else if (c == 'm')
			snprintf(options.modes, sizeof(options.modes), "%s",
				 optarg);
		else if (c == 'f')
			options.fast = true;
		else if (c == 'S')
			options.symbols = true;
		else if (c == 'v')
			snprintf(options.variant, sizeof(options.variant), "%s",
				 optarg);
		else if (c == 't')
			snprintf(options.trace, sizeof(options.trace), "%s",
				 optarg);
		else
			return -1;
	}
	return 0;
}

/* The harness must not take the VMs' CPUs. */
static void stay_on_cpu_0(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

static void run(const struct scenario *s)
{
	char line[256];

	report_open(s->name, options.retries);
	if (access("/dev/kvm", R_OK | W_OK))
		report_end(NOKVM, "the emulated host has no KVM");
	report_step("emulated host is up");
	stay_on_cpu_0();
	cgroup_prepare();
	trace_start();
	guests(s);
	s->run();
	vm_check_cpus();
	if (kmsg_trouble(line, sizeof(line)))
		fail("the host kernel complains: %s", line);
	report_end(PASSED, "%s", "");
}

int main(int argc, char **argv)
{
	const struct scenario *s;

	if (argc == 2 && !strcmp(argv[1], "--list"))
		return list();
	if (argc == 3 && !strcmp(argv[1], "--facts"))
		return facts(argv[2]);
	if (parse(argc, argv) || optind != argc - 1)
		return 64;
	s = find(argv[optind]);
	if (!s)
		return 64;
	run(s);
}
