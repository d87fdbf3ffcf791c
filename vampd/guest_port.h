/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest_port.h - the host's end of the channel to the extension in a VM's guest: a
 * connection to the socket on which QEMU listens for the virtio-serial port
 * org.vamp.guest.0. It is made whenever it can be, and lines come in at the agreed
 * rate. Nothing here waits.
 */
#ifndef VAMPD_GUEST_PORT_H
#define VAMPD_GUEST_PORT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include <vamp/channel.h>

struct guest_port_counters {
	uint64_t lines;		/* of guests, understood or not */
	uint64_t bad;		/* not understood, too long ones included */
	uint64_t delayed;	/* times that a guest was too fast */
	uint64_t sent;
	uint64_t unsent;	/* messages: the guest does not read */
};

struct guest_port_user {
	void (*opened)(
		void *context); /* QEMU, not necessarily the guest, listens */
	void (*closed)(void *context);
	void (*message)(void *context, const struct vamp_message *m);

	/* The guest sent nonsense, or too much; called once for each port. */
	void (*misbehaves)(void *context, const char *why);

	/* It cannot be looked for, or not be reached; -errno; once as well. */
	void (*unreachable)(void *context, int err);
	void *context;
};

struct guest_port;

/*
 * For the VM of process @pid, which must be held by a pidfd. NULL: no memory.
 * @user must live as long.
 */
struct guest_port *guest_port_new(sd_event *loop, pid_t pid,
				  const struct guest_port_user *user);
void guest_port_free(struct guest_port *p);

bool guest_port_is_open(const struct guest_port *p);

/* 0, -ENOTCONN, or -EAGAIN: nobody reads, and this message is lost. */
int guest_port_send(struct guest_port *p, const struct vamp_message *m);

/* Of all ports there were. */
void guest_port_read_counters(struct guest_port_counters *to);

#endif /* VAMPD_GUEST_PORT_H */
