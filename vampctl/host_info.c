// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_info.h"

#include <string.h>

#include <vamp/uapi.h>

#include "host.h"
#include "proc.h"

static void line_or_unknown(const char *path, char *to, size_t size)
{
	if (host_line(path, to, size))
		memcpy(to, "?", 2);
}

void host_info_read(struct host_info *h)
{
	int err = host_number("/proc/sys/kernel/kvm_vamp", &h->kvm_vamp);

	if (err)
		h->kvm_vamp = err;
	line_or_unknown("/proc/sys/kernel/osrelease", h->kernel,
			sizeof(h->kernel));
	line_or_unknown("/sys/module/vamp/parameters/policy", h->policy,
			sizeof(h->policy));
	h->vampd = proc_find("vampd", VAMP_DEVICE);
}
