// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage.c - the section "Usage" of the original's README, step by step: a CPU
 * cgroup for the VM, then the four parameters, then input; once with cgroup v1
 * and once with v2.
 *
 * What cannot be as it stands there on today's kernels:
 *  - `mount -t cgroup -o cpu` is refused (EBUSY) as long as cgroup v2 holds the
 *    CPU controller, which systemd has it do everywhere: it must be taken from
 *    all groups of v2 first. The way of v2 is to make the group in
 *    /sys/fs/cgroup, with the same file cgroup.procs.
 *  - `mkdir /cpuctl` wants a root that can be written; here it is /run/cpuctl.
 *  - "libvirt automatically sets up cgroup" is true, but with a group for each
 *    vCPU below the VM's, in which nice has no effect between vCPUs.
 *  - The parameters are there once the module is loaded, not from boot on.
 * All else is done as written.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "device.h"
#include "guest.h"
#include "module.h"
#include "report.h"
#include "stage.h"
#include "usage.h"
#include "util.h"
#include "vm.h"
#include "weight.h"

#define V1		"/run/cpuctl"
#define V2		"/sys/fs/cgroup"
#define NICE		5	/* "for approximately 1:3" */
#define NICE_TEXT	"5"
#define SETTLE_MS	1500
#define WATCH_MS	1000
#define SOON_MS		300
#define MOUNT_NS	(10 * NSEC_PER_SEC)

/* As it says, in the order in which it says it. */
static const struct {
	const char *path, *value, *reads;
} parameters[] = {
	{ "/proc/sys/kernel/kvm_vamp", NICE_TEXT, NICE_TEXT },
	{ "/sys/module/kvm/parameters/bg_load_thresh_pct", "50", "50" },
	{ "/sys/module/kvm/parameters/max_interactive_phase_msec", "5000",
	  "5000" },
	{ "/sys/module/kvm/parameters/remote_wakeup_track_mode", "15", "15" },
	{ "/sys/module/kvm/parameters/remote_wakeup_track_mode", "0xf", "15" },
};

static void set_parameters(void)
{
	char text[64];

	if (module_nice())
		fail("without parameters set, vAMP is not disabled");
	for (unsigned int i = 0; i < ARRAY_SIZE(parameters); i++) {
		if (write_text(parameters[i].path, parameters[i].value) ||
		    read_text(parameters[i].path, text, sizeof(text)))
			fail("%s: %s", parameters[i].path, strerror(errno));
		if (strcmp(text, parameters[i].reads))
			fail("%s is %s after %s was written",
			     parameters[i].path, text, parameters[i].value);
	}
}

/* echo ${QEMU_PID} > FOLDER/cgroup.procs */
static void move_vm(const struct vm *vm, const char *folder)
{
	char path[96], pid[16];

	snprintf(path, sizeof(path), "%s/cgroup.procs", folder);
	snprintf(pid, sizeof(pid), "%d", vm->pid);
	if (write_text(path, pid))
		fail("VM %s cannot move to %s: %s", vm->name, folder,
		     strerror(errno));
}

/* @entry as in /proc/PID/cgroup. */
static void expect_group(const struct vm *vm, const char *entry)
{
	char path[64], text[1024];

	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		snprintf(path, sizeof(path), "/proc/%d/task/%d/cgroup", vm->pid,
			 vm->vcpu[i]);
		if (read_text(path, text, sizeof(text)) || !strstr(text, entry))
			fail("vCPU %u of VM %s is not in %s but in %s", i,
			     vm->name, entry, text);
	}
}

static void press(const struct vm *vm)
{
	unsigned int result;
	int error = device_press(vm->pid, VAMP_SCANCODE_ENTER, &result);

	if (error || result != VAMP_INPUT_STARTED)
		fail("Enter starts no phase (%s, result %u)", strerror(error),
		     result);
}

/* A background vCPU has the nice that was set, and none has another. */
static void expect_nice(const struct weight *base, const struct vm *vm)
{
	uint64_t deadline = now_ns() + WATCH_MS * NSEC_PER_MSEC;
	int nice;

	weight_expect_slow(base, vm, PHASE_BEGIN_MS);
	for (; now_ns() < deadline; sleep_ms(1))
		for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
			nice = weight_nice(vm->vcpu[i]);
			if (nice && nice != NICE)
				fail("vCPU %u has nice %d, with kvm_vamp %d", i,
				     nice, NICE);
		}
}

static void expect_works(const struct vm *vm, const char *entry)
{
	static const struct weight base;

	expect_group(vm, entry);
	set_parameters();
	sleep_ms(SETTLE_MS);
	press(vm);
	expect_nice(&base, vm);
	expect_group(vm, entry);
	stage_phase_end(vm);
	weight_expect_base(&base, vm, SOON_MS, "after the phase");
	module_set_nice(0);
}

/* What v2 just gave up it holds for a while yet. */
static void mount_v1(void)
{
	uint64_t deadline = now_ns() + MOUNT_NS;

	mkdir(V1, 0755);
	if (!mount("none", V1, "cgroup", 0, "cpu") || errno != EBUSY)
		fail("a CPU controller that v2 holds can be mounted");
	cgroup_give_cpu();
	while (mount("none", V1, "cgroup", 0, "cpu")) {
		if (now_ns() > deadline)
			undecided("mount -t cgroup -o cpu: %s",
				  strerror(errno));
		sleep_ms(50);
	}
}

/*
 * A hierarchy is only given up when it is unmounted without a group in it; one
 * that was just removed is there for a while yet.
 */
static void leave_v1(void)
{
	uint64_t deadline = now_ns() + MOUNT_NS;

	if (rmdir(V1 "/vm1"))
		undecided(V1 "/vm1: %s", strerror(errno));
	for (;;) {
		sleep_ms(100);
		if (umount(V1))
			undecided(V1 ": %s", strerror(errno));
		sleep_ms(100);
		if (!cgroup_take_cpu())
			return;
		if (now_ns() > deadline ||
		    mount("none", V1, "cgroup", 0, "cpu"))
			undecided("the CPU controller stays with cgroup v1");
	}
}

static void try_v1(const struct vm *vm)
{
	mount_v1();
	if (mkdir(V1 "/vm1", 0755))
		fail(V1 "/vm1: %s", strerror(errno));
	move_vm(vm, V1 "/vm1");
	expect_works(vm, ":cpu:/vm1\n");
	report_step("cgroup v1, set up as the README says: works");
	move_vm(vm, V1);
	leave_v1();
}

static void try_v2(const struct vm *vm)
{
	cgroup_create("vm1");
	move_vm(vm, V2 "/vm1");
	expect_works(vm, "0::/vm1");
	report_step("cgroup v2, set up the same way: works");
	move_vm(vm, V2 "/A");
	cgroup_remove("vm1");
}

void usage_check(void)
{
	struct vm vm;

	module_load("");
	vm_start(&vm, "A");
	vm_wait(&vm);
	stage_known(&vm);
	guest_tell(&vm, "hogs 2");
	try_v1(&vm);
	try_v2(&vm);
	vm_check_cpus();
	module_unload();
	vm_power_off(&vm);
}
