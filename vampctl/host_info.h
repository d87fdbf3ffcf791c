/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_info.h - the few lines that say how vAMP is set on this host. */
#ifndef VAMPCTL_HOST_INFO_H
#define VAMPCTL_HOST_INFO_H

#include <sys/types.h>

struct host_info {
	char kernel[80];	/* release, "?" if it cannot be read */
	char policy[16];
	long kvm_vamp;		/* or -errno */
	pid_t vampd;		/* its process, 0 none, or -errno */
};

void host_info_read(struct host_info *h);

#endif /* VAMPCTL_HOST_INFO_H */
