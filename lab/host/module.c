// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * module.c - vamp.ko and its knobs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "device.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "trace.h"
#include "util.h"

#define SYSCTL	"/proc/sys/kernel/kvm_vamp"
#define BUSY_NS	(10 * NSEC_PER_SEC)

static const char *kept, *kept_value;

static void explain_once(void)
{
	static bool done;

	if (!done)
		report_on_failure(device_explain);
	done = true;
}

/* Where each function is, for count.awk; the same wherever it is loaded again. */
static void keep_symbols(void)
{
	FILE *from = fopen("/proc/kallsyms", "re");
	FILE *to = fopen("/run/lab/symbols.txt", "we");
	char line[256];

	if (!from || !to)
		fail("the kernel's symbols cannot be kept");
	while (fgets(line, sizeof(line), from))
		if (strchr(line, '['))
			fputs(line, to);
	fclose(from);
	fclose(to);
}

void module_load(const char *parameters)
{
	struct utsname u;
	char path[256];
	int fd;

	uname(&u);
	snprintf(path, sizeof(path), "build/kmod/%s/vamp.ko", u.release);
	report_module();
	explain_once();
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail("%s: %s", path, strerror(errno));
	if (syscall(SYS_finit_module, fd, parameters, 0))
		fail("%s does not load: %s", path, strerror(errno));
	close(fd);
	if (options.symbols)
		keep_symbols();
	if (kept)
		module_set(kept, kept_value);
	trace_more();
}

/* A reader of /dev/vamp that has just been closed may still hold it. */
void module_unload(void)
{
	uint64_t deadline = now_ns() + BUSY_NS;

	trace_store();
	while (syscall(SYS_delete_module, "vamp", O_NONBLOCK)) {
		if ((errno != EWOULDBLOCK && errno != EBUSY) ||
		    now_ns() > deadline)
			fail("vamp does not unload: %s", strerror(errno));
		sleep_ms(20);
	}
}

void module_set_nice(int nice)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", nice);
	if (write_text(SYSCTL, text))
		fail(SYSCTL " refuses %d: %s", nice, strerror(errno));
}

int module_nice(void)
{
	char text[32];

	if (read_text(SYSCTL, text, sizeof(text)))
		fail(SYSCTL ": %s", strerror(errno));
	return atoi(text);
}

void module_set(const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/vamp/parameters/%s", name);
	if (write_text(path, value))
		fail("%s refuses '%s': %s", path, value, strerror(errno));
}

void module_keep(const char *name, const char *value)
{
	kept = name;
	kept_value = value;
	module_set(name, value);
}

void module_get(const char *name, char *value, size_t size)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/vamp/parameters/%s", name);
	if (read_text(path, value, size))
		fail("%s: %s", path, strerror(errno));
	value[strcspn(value, "\n")] = 0;
}
