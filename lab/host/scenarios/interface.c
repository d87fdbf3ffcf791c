// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * interface.c - what the module shows to an administrator: paths, defaults,
 * refusals. No VM is needed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vamp/uapi.h>

#include "module.h"
#include "options.h"
#include "report.h"
#include "util.h"

#define SYSCTL	"/proc/sys/kernel/kvm_vamp"
#define OURS	"/sys/module/vamp/parameters/"
#define KVMS	"/sys/module/kvm/parameters/"
#define EVENTS	"/sys/kernel/tracing/events/kvm/"
#define NOBODY	65534

static const struct knob {
	const char *path;
	const char *normal;	/* default */
	const char *good[3];
	const char *bad[4];
} knobs[] = {
	{ SYSCTL, "0", { "1", "19", "38" }, { "39", "-1", "x" } },
	{ OURS "policy", "vamp", { "vee14" }, { "vee", "vampire" } },
	{ KVMS "policy", "vamp", { "vee14" }, { "vee15" } },
	{ OURS "load_monitor_enabled", "1", { "0" }, { "2", "-1", "x" } },
	{ KVMS "load_monitor_enabled", "1", { "0" }, { "2" } },
	{ OURS "bg_load_thresh_pct",
	  "50",
	  { "1", "100" },
	  { "0", "101", "-1" } },
	{ KVMS "bg_load_thresh_pct", "50", { "1", "100" }, { "0", "101" } },
	{ OURS "max_interactive_phase_msec",
	  "5000",
	  { "100", "60000" },
	  { "99", "60001" } },
	{ KVMS "max_interactive_phase_msec", "5000", { "100" }, { "99" } },
	{ OURS "load_monitor_window",
	  "30000000",
	  { "1000000", "1000000000" },
	  { "999999", "1000000001", "99999999999" } },
	{ KVMS "load_monitor_window", "30000000", { "1000000" }, { "0" } },
	{ OURS "track_cr3_load", "0", { "1" }, { "2" } },
	{ KVMS "track_cr3_load", "0", { "1" }, { "2" } },
	{ OURS "make_room", "1", { "0" }, { "2" } },
	{ OURS "load_period_msec", "32", { NULL }, { NULL } },
	{ KVMS "load_period_msec", "32", { NULL }, { NULL } },
};

static const char *const events[] = {
	"kvm_vcpu_switch",  "kvm_gthread_switch", "kvm_ui",
	"kvm_load_check",   "kvm_vcpu_stat",	  "kvm_vcpu_load",
	"kvm_gthread_load", "kvm_load_info",	  "kvm_gtask_stat",
	"kvm_bg_vcpu",	    "kvm_system_task",	  "kvm_vamp_weight",
};

static void expect(const char *path, const char *value)
{
	char text[64];

	if (read_text(path, text, sizeof(text)))
		fail("%s: %s", path, strerror(errno));
	text[strcspn(text, "\n")] = 0;
	if (strcmp(text, value))
		fail("%s is %s, not %s", path, text, value);
}

static void expect_set(const char *path, const char *value)
{
	if (write_text(path, value))
		fail("%s refuses %s: %s", path, value, strerror(errno));
	expect(path, value);
}

/* Refused with EINVAL, and nothing changed. */
static void expect_refused(const struct knob *k, const char *value)
{
	if (!write_text(k->path, value))
		fail("%s takes '%s'", k->path, value);
	if (errno != EINVAL)
		fail("%s refuses '%s' with: %s", k->path, value,
		     strerror(errno));
	expect(k->path, k->normal);
}

static void check_knob(const struct knob *k)
{
	expect(k->path, k->normal);
	for (unsigned int i = 0; i < ARRAY_SIZE(k->bad) && k->bad[i]; i++)
		expect_refused(k, k->bad[i]);
	for (unsigned int i = 0; i < ARRAY_SIZE(k->good) && k->good[i]; i++)
		expect_set(k->path, k->good[i]);
	if (k->good[0])
		expect_set(k->path, k->normal);
}

static void check_events(void)
{
	char path[128];

	for (unsigned int i = 0; i < ARRAY_SIZE(events); i++) {
		snprintf(path, sizeof(path), EVENTS "%s/format", events[i]);
		if (access(path, R_OK))
			fail("%s: %s", path, strerror(errno));
	}
}

static void expect_error(int fd, struct vamp_input in, int error)
{
	if (!ioctl(fd, VAMP_IOC_INPUT, &in))
		fail("/dev/vamp takes a wrong input (expected %s)",
		     strerror(error));
	if (errno != error)
		fail("/dev/vamp refuses with %s, not %s", strerror(errno),
		     strerror(error));
}

static void check_input(int fd)
{
	const struct vamp_input good = {
		.size = sizeof(good),
		.version = VAMP_UAPI_VERSION,
		.pid = getpid(),
		.pidfd = -1,
	};
	struct vamp_input in = good;

	expect_error(fd, in, ESRCH);
	in.size--;
	expect_error(fd, in, EINVAL);
	in = good;
	in.version++;
	expect_error(fd, in, EINVAL);
	in = good;
	in.type = VAMP_INPUT_TYPES;
	expect_error(fd, in, EINVAL);
	in = good;
	in.code = 256;
	expect_error(fd, in, EINVAL);
	in = good;
	in.pidfd = 0;
	expect_error(fd, in, EINVAL);
	in = good;
	in.pid = -1;
	in.pidfd = fd;
	expect_error(fd, in, EBADF);
	in.pidfd = 9999;
	expect_error(fd, in, EBADF);
}

static void check_list(int fd)
{
	struct vamp_list l = {
		.size = sizeof(l),
		.version = VAMP_UAPI_VERSION,
		.capacity = VAMP_LIST_MAX + 1,
		.entry_size = sizeof(struct vamp_vm_info),
	};

	if (!ioctl(fd, VAMP_IOC_VMS, &l) || errno != EINVAL)
		fail("/dev/vamp lists more than it may");
	l.capacity = 0;
	if (ioctl(fd, VAMP_IOC_VMS, &l) || l.total)
		fail("/dev/vamp lists %u VMs where there is none", l.total);
	l.entry_size--;
	if (!ioctl(fd, VAMP_IOC_VMS, &l) || errno != EINVAL)
		fail("/dev/vamp takes a wrong entry size");
}

/* A descriptor that was passed on gives nothing to whoever has it then. */
static void check_unprivileged(int fd)
{
	struct vamp_counters c = {
		.size = sizeof(c),
		.version = VAMP_UAPI_VERSION,
	};
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		if (setuid(NOBODY))
			_exit(1);
		if (!ioctl(fd, VAMP_IOC_COUNTERS, &c) || errno != EPERM)
			_exit(2);
		_exit(open(VAMP_DEVICE, O_RDWR) < 0 ? 0 : 3);
	}
	waitpid(pid, &status, 0);
	if (status)
		fail("an unprivileged user may use /dev/vamp (status %#x)",
		     status);
}

static void check_readers(void)
{
	int fd[32];
	unsigned int n = 0;

	while (n < ARRAY_SIZE(fd)) {
		fd[n] = open(VAMP_DEVICE, O_RDWR | O_CLOEXEC);
		if (fd[n] < 0)
			break;
		n++;
	}
	if (n == ARRAY_SIZE(fd) || errno != EBUSY)
		fail("%u readers of /dev/vamp, then %s", n, strerror(errno));
	while (n)
		close(fd[--n]);
}

static void run(void)
{
	int fd;

	module_load("");
	for (unsigned int i = 0; i < ARRAY_SIZE(knobs); i++)
		check_knob(&knobs[i]);
	report_step("paths, defaults and ranges are as documented");
	check_events();
	fd = open(VAMP_DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		fail(VAMP_DEVICE ": %s", strerror(errno));
	check_input(fd);
	check_list(fd);
	check_unprivileged(fd);
	close(fd);
	check_readers();
	report_step("/dev/vamp refuses what it should");
	module_unload();
	for (unsigned int i = 0; i < ARRAY_SIZE(knobs); i++)
		if (!access(knobs[i].path, F_OK))
			fail("%s is still there after unloading",
			     knobs[i].path);
	report_step("nothing is left after unloading");
}

const struct scenario scenario_interface = {
	.name = "interface",
	.about = "paths, defaults and refusals of parameters and /dev/vamp",
	.limit_s = 120,
	.need = NEED_MODULE,
	.run = run,
};
