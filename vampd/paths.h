/* SPDX-License-Identifier: GPL-2.0-or-later */
/* paths.h - where the kernel's files are; tests point them elsewhere. */
#ifndef VAMPD_PATHS_H
#define VAMPD_PATHS_H

struct paths {
	const char *device;	/* the module's character device */
	const char *proc;	/* where PID/exe is looked up */
	const char *kvm_vamp;	/* sysctl: 0 off, else nice of background vCPUs */
	const char *policy;	/* the module's parameter */
	const char *uprobe;	/* exists where the kernel can do uprobes */
	const char *config;	/* the configuration file */
	const char *cgroup;	/* where cgroups are mounted */
	const char *state;	/* directory of what must outlive vampd */
};

extern struct paths paths;

#endif /* VAMPD_PATHS_H */
