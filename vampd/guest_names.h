/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_names.h - names of a guest's processes by address space, as its extension
 * says, in a file for vampctl: STATE/names/PID, a line each: "ID PID NAME", the id in
 * hexadecimal as VAMP_IOC_TASKS has it. It is written some time after a change, and
 * gone with the VM.
 */
#ifndef VAMPD_GUEST_NAMES_H
#define VAMPD_GUEST_NAMES_H

#include <stddef.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include <vamp/channel.h>

#define GUEST_NAMES_MAX		1024	/* of one VM; others are left out */
#define GUEST_NAMES_USEC	1000000u

struct guest_names;

/* NULL, which all functions take: no memory. */
struct guest_names *guest_names_new(sd_event *loop, pid_t pid);
void guest_names_free(struct guest_names *n);

void guest_names_clear(struct guest_names *n);
void guest_names_take(struct guest_names *n, const struct vamp_names *m);

size_t guest_names_count(const struct guest_names *n);

#endif /* VAMPD_GUEST_NAMES_H */
