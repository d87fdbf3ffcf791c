// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_status.c - the VMs that the module knows. */
#include "command.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "device.h"
#include "exit_code.h"
#include "say.h"
#include "vm_name.h"

static int show(int device)
{
	struct vamp_vm_info *vms;
	ssize_t n = device_vms(device, &vms);
	char name[128];

	if (n < 0)
		return say_failed(VAMP_DEVICE, (int)n);
	for (ssize_t i = 0; i < n; i++) {
		vm_name(vms[i].pid, name, sizeof(name));
		printf("%d %s\n", vms[i].pid, name);
	}
	free(vms);
	return EXIT_CODE_OK;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.doc = "Shows what vAMP does on this host.",
	};
	int device, code = EXIT_CODE_OK;

	if (argp_parse(&argp, argc, argv, 0, NULL, NULL))
		return EXIT_CODE_USAGE;
	device = device_open_or_say(&code);
	if (device < 0)
		return code;
	code = show(device);
	device_close(device);
	return code;
}

const struct command command_status = {
	.name = "status",
	.args = "",
	.about = "VMs, their phases, and what is throttled",
	.run = run,
};
