/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config.h - the configuration file, vampd.conf(5) in vampd(8).
 *
 * A file is taken as a whole or not at all: the first thing in it that is not
 * understood is an error.
 */
#ifndef VAMPD_CONFIG_H
#define VAMPD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "name.h"
#include "ranges.h"

#define CONFIG_FILE	"/etc/vamp/vampd.conf"
#define CONFIG_VMS_MAX	256
#define CONFIG_PATTERN	48	/* bytes of a VM's name, with the end */
#define CONFIG_LISTEN	64

/* What is said of the VMs that a name or pattern means. */
struct config_vm {
	char pattern[CONFIG_PATTERN];
	bool ignore;
	bool mend_cgroups;
	bool mend_is_set;
	bool talk;
	bool talk_is_set;
	struct ranges sound;
	uint32_t vector;		/* of reschedule interrupts, 0: not set */
	uint32_t given;			/* keys, one bit each */
};

struct config {
	int nice;			/* for kvm_vamp; negative: not set */
	char policy[8];			/* for the module; "": not set */
	bool discover_sound;
	bool ports;			/* input by port reads, where needed */
	bool mend_cgroups;
	bool restore_cgroups;		/* at the end */
	bool talk;			/* to extensions in guests */
	char listen[CONFIG_LISTEN];	/* "ADDRESS:PORT"; "": no metrics */
	struct config_vm *vm;
	size_t vms;
	uint32_t given;			/* keys, one bit each */
};

/* Where the file says nothing. */
void config_default(struct config *c);

/*
 * Reads @path. 0, or -errno with what is wrong, as one line, in @wrong, and the
 * defaults in @c: EINVAL bad content ("FILE:LINE: ..."), else as open() says.
 */
int config_read(const char *path, struct config *c, char *wrong, size_t size);

/* Frees what config_read() has taken. */
void config_free(struct config *c);

/* The first section that means this VM, or NULL. */
const struct config_vm *config_of_vm(const struct config *c,
				     const struct vm_name *name);

/* Are its vCPU threads to be put into one CPU cgroup? @vm may be NULL. */
bool config_mends(const struct config *c, const struct config_vm *vm);

/* Is the extension in its guest to be talked to? @vm may be NULL. */
bool config_talks(const struct config *c, const struct config_vm *vm);

#endif /* VAMPD_CONFIG_H */
