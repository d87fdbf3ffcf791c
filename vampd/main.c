// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vampd - tells the vamp module of the input that VMs of stock QEMU get,
 * and where their sound devices are.
 *
 *  1. The module says which processes run VMs (device, vms).
 *  2. A uprobe in each QEMU binary that they run (binaries, symbol, probe)
 *     makes a BPF program see each input event; it passes what counts.
 *  3. It is checked, translated and sent to the module (input, keymap).
 *  4. Where a VM's sound devices are, QEMU's command line and its monitor say
 *     (cmdline, monitor, qmp, pci, isa), or the administrator (by_hand); the
 *     module is told (sound, ranges).
 *
 * One thread. What it does for an input takes no lock and no file but the
 * module's; only a VM that starts or ends makes it do slower things.
 */
#include <errno.h>
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

/* Each VM takes one descriptor. */
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

static int run_with_device(const struct options *o, int device)
{
	int err = probe_open(input_handle, &device);
	int code;

	if (err)
		return probe_failed(err);
	err = settings_apply(o);
	code = err ? settings_failed(err) : loop_run(device, o->discover_sound);
	probe_close();
	return code;
}

int main(int argc, char **argv)
{
	struct options o;
	int device, code;

	options_parse(&o, argc, argv);
	log_init(o.verbose);
	device = device_open(paths.device);
	if (device < 0)
		return device_failed(device);
	raise_limits();
	code = run_with_device(&o, device);
	device_close(device);
	return code;
}
