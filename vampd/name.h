/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * name.h - what people call a VM.
 *
 * Read from its QEMU's command line, so that nothing need be configured:
 *
 *   libvirt   -name guest=DOMAIN,...    the domain's name
 *   Proxmox   -id 100 -name NAME,...    the name, and the id beside it
 *   QEMU      -name NAME or guest=NAME  that name
 *   without any of these                the process id
 *
 * Whoever runs the VM chose it and may change it: it tells VMs apart for
 * people, and proves nothing. Keeps no state and needs nothing of vampd but
 * pieces.h, for other programs' use.
 */
#ifndef VAMPD_NAME_H
#define VAMPD_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define NAME_TEXT	128	/* bytes, with the end */
#define NAME_ID		16

enum name_source {
	NAME_PROCESS,
	NAME_QEMU,
	NAME_LIBVIRT,
	NAME_PROXMOX,
	NAME_SOURCES
};

struct vm_name {
	/* Never empty; UTF-8 without control characters, cut if too long. */
	char text[NAME_TEXT];
	char id[NAME_ID];		/* Proxmox's, digits; else "" */
	enum name_source source;
};

/* From @bytes, arguments of process @pid that each end with a NUL. */
void name_parse(pid_t pid, const char *bytes, size_t size, struct vm_name *n);

/*
 * From PROC/PID/cmdline, @proc being "/proc" or a copy of it. 0, or -errno with
 * the process id for a name: ESRCH or ENOENT the process is gone.
 */
int name_read(const char *proc, pid_t pid, struct vm_name *n);

/* "process", "qemu", "libvirt" or "proxmox". */
const char *name_source(enum name_source source);

/* Does @pattern, with * and ? as in a shell, mean its name, or is it its id? */
bool name_matches(const struct vm_name *n, const char *pattern);

#endif /* VAMPD_NAME_H */
