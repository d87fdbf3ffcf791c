// SPDX-License-Identifier: GPL-2.0-or-later
#include "paths.h"

#include <vamp/uapi.h>

struct paths paths = {
	.device = VAMP_DEVICE,
	.proc = "/proc",
	.kvm_vamp = "/proc/sys/kernel/kvm_vamp",
	.policy = "/sys/module/vamp/parameters/policy",
	.uprobe = "/sys/bus/event_source/devices/uprobe/type",
	.config = "/etc/vamp/vampd.conf",
	.cgroup = "/sys/fs/cgroup",
	.state = "/run/vamp",
};
