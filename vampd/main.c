// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vampd - tells the vamp module of the input that VMs of stock QEMU get,
 * and where their sound devices are.
 *
 *  1. The module says which processes run VMs (device, vms).
 *  2. A uprobe in each QEMU binary that they run (binaries, symbol, probe)
 *     makes a BPF program see each input event; it passes what counts. Where
 *     there can be none, it sees what the guest reads (ps2).
 *  3. It is checked, translated and sent to the module (input, keymap).
 *  4. Where a VM's sound devices are, QEMU's command line and its monitor say
 *     (cmdline, monitor, qmp, pci, isa), or the administrator (by_hand); the
 *     module is told (sound, ranges).
 *  5. vCPU threads that are each in a CPU cgroup of their own are put into one
 *     (mend, cgroup_plan, cgroup, homes).
 *  6. What is counted is served by a process without privileges (collect,
 *     metrics, slow, door, door_keeper).
 *
 * The configuration is read by config; the module comes and goes in module.
 *
 * One thread. What it does for an input takes no lock and no file but the
 * module's; only a VM that starts or ends makes it do slower things.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "device.h"
#include "exit_code.h"
#include "input.h"
#include "log.h"
#include "loop.h"
#include "options.h"
#include "paths.h"
#include "probe.h"
#include "settings.h"

/* Above ordinary processes: a user waits for the answer to each input. */
#define NICE_OF_VAMPD	-10

static int is_permission(int err)
{
	return err == -EPERM || err == -EACCES;
}

static int settings_failed(int err)
{
	if (is_permission(err))
		return EXIT_CODE_NO_PERMISSION;
	return err == -ENOENT ? EXIT_CODE_NO_MODULE : EXIT_CODE_USAGE;
}

static int device_failed(int err)
{
	if (is_permission(err)) {
		log_error("%s: %s; run vampd as root", paths.device,
			  strerror(-err));
		return EXIT_CODE_NO_PERMISSION;
	}
	if (err == -EPROTO) {
		log_error(
			"%s: the module is of another version; install module and "
			"vampd of one version",
			paths.device);
		return EXIT_CODE_NO_MODULE;
	}
	log_error("%s: %s; the module is not loaded: modprobe vamp",
		  paths.device, strerror(-err));
	return EXIT_CODE_NO_MODULE;
}

static int probe_failed(int err)
{
	if (is_permission(err)) {
		log_error(
			"uprobe or BPF program: %s; run vampd as root (it needs "
			"CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN, CAP_SYS_PTRACE and "
			"CAP_SYS_NICE)",
			strerror(-err));
		return EXIT_CODE_NO_PERMISSION;
	}
	if (err == -ENOSYS)
		log_error("%s: missing; the kernel has no uprobes "
			  "(CONFIG_UPROBE_EVENTS)",
			  paths.uprobe);
	else
		log_error(
			"uprobe or BPF program: the kernel refuses it: %s; --verbose "
			"tells more",
			strerror(-err));
	return EXIT_CODE_NO_PROBES;
}

/* Each VM takes one descriptor or two. */
static void raise_limits(void)
{
	struct rlimit files;

	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (setpriority(PRIO_PROCESS, 0, NICE_OF_VAMPD))
		log_warn(
			"cannot take nice %d: %s; input is passed on later on a "
			"busy host",
			NICE_OF_VAMPD, strerror(errno));
}

static int run_with_device(struct daemon *d)
{
	int err = probe_open(input_handle, &d->device);
	int code;

	if (err)
		return probe_failed(err);
	err = settings_apply(d->options, d->config);
	code = err ? settings_failed(err) : loop_run(d);
	probe_close();
	return code;
}

static int run(const struct options *o, struct config *c)
{
	struct daemon d = { .options = o, .config = c };
	int code;

	loop_hold_signals();
	d.device = device_open(paths.device);
	if (d.device < 0)
		return device_failed(d.device);
	raise_limits();
	code = run_with_device(&d);
	device_close(d.device);
	return code;
}

static int config_failed(int err)
{
	return err == -ENOMEM ? EXIT_CODE_SOFTWARE : EXIT_CODE_CONFIG;
}

static int say_good(const struct options *o)
{
	printf("%s: good\n", o->config ? o->config : paths.config);
	return EXIT_CODE_OK;
}

int main(int argc, char **argv)
{
	struct options o;
	struct config c;
	int err, code;

	options_parse(&o, argc, argv);
	log_init(o.verbose);
	err = config_load(&o, &c);
	if (err)
		return config_failed(err);
	code = o.check_config ? say_good(&o) : run(&o, &c);
	config_free(&c);
	return code;
}
