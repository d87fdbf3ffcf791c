/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * probe.h - the BPF program: loaded once, attached to each QEMU binary.
 *
 * It passes nothing until probe_watch() names a process and the binary whose
 * probe counts for it. One program per vampd; not for several threads.
 */
#ifndef VAMPD_PROBE_H
#define VAMPD_PROBE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "probe_event.h"

#define PROBE_FUNCTION "qemu_input_event_send_impl"

#define PROBE_NO_BINARY	0	/* no binary's id */

struct bpf_link;

typedef void probe_handler(const struct probe_event *event, void *context);

/* Loads the program: 0 or -errno (EPERM no permission, else no support). */
int probe_open(probe_handler *handler, void *context);
void probe_close(void);

/* Readable when events wait; probe_dispatch() then hands them over. */
int probe_fd(void);
int probe_dispatch(void);

/* Attaches at @offset of the file @fd, as binary @id: NULL and errno. */
struct bpf_link *probe_attach(int fd, uint64_t offset, uint64_t id);
void probe_detach(struct bpf_link *link);

/* Listens to the process from now on, by the probe of binary @id. */
int probe_watch(pid_t pid, uint64_t id);

/*
 * Or by what its guest reads from the keyboard controller. 0 or -errno: ENOENT
 * KVM has no such event, EOPNOTSUPP the kernel does not let us read it.
 */
int probe_watch_ports(pid_t pid);

/* No longer, in either way. */
void probe_unwatch(pid_t pid);

void probe_read_counters(struct probe_counters *counters);

#endif /* VAMPD_PROBE_H */
