// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vampctl.c - a VM that vampctl records.
 */
#include <stdio.h>

#include "command.h"
#include "device.h"
#include "report.h"
#include "util.h"
#include "vampctl.h"

#define BEGIN_MS	60000
#define SAID		"/run/lab/record.txt"
#define STATUS		"/run/recorded"

static void await_renewed(uint64_t created)
{
	uint64_t deadline = now_ns() + BEGIN_MS * NSEC_PER_MSEC;
	struct vamp_counters now;

	do {
		if (now_ns() > deadline)
			fail("vampctl record does not begin (see " SAID ")");
		sleep_ms(100);
		device_counters(&now);
	} while (now.vms_created == created);
}

void vampctl_record_begin(const char *vampctl, const char *vm, const char *file,
			  unsigned int seconds)
{
	struct vamp_counters before;
	char command[512];

	snprintf(command, sizeof(command), "rm -f %s " STATUS, file);
	command_must(command, NULL, 0);
	device_counters(&before);
	snprintf(command, sizeof(command),
		 "(%s record %s -o %s --seconds %u; echo $? >" STATUS ") >" SAID
		 " 2>&1 & true",
		 vampctl, vm, file, seconds);
	command_must(command, NULL, 0);
	await_renewed(before.vms_created);
}

void vampctl_record_end(const char *vampctl, const char *file)
{
	char command[512];

	command_must("for i in $(seq 400); do [ -s " STATUS " ] && break; "
		     "sleep 0.1; done; cat " SAID "; exit $(cat " STATUS ")",
		     NULL, 0);
	snprintf(command, sizeof(command), "%s replay --verify %s", vampctl,
		 file);
	command_must(command, NULL, 0);
}
