/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * port.h - the guest's end of the channel: a virtio-serial port, or for tests a
 * socket. It is opened whenever it can be, and lines come in at the agreed rate.
 */
#ifndef VAMP_GUEST_PORT_H
#define VAMP_GUEST_PORT_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include <vamp/channel.h>

#define PORT_PATH	"/dev/virtio-ports/" VAMP_CHANNEL_PORT

struct port_counters {
	uint64_t lines;		/* from the host, understood or not */
	uint64_t bad;		/* not understood, too long ones included */
	uint64_t unknown;	/* of a type that is not known */
	uint64_t delayed;	/* times that the host was too fast */
	uint64_t sent;
	uint64_t unsent;	/* messages: the host does not read */
};

struct port_user {
	void (*opened)(void *context);	/* the host listens */
	void (*closed)(void *context);	/* it does not any more */
	void (*message)(void *context, const struct vamp_message *m);
	void (*drained)(void *context);	/* it reads again, after an -EAGAIN */
	void *context;
};

struct port;

/* Opens @path now, or as soon as it can be. NULL: no memory. */
struct port *port_new(sd_event *loop, const char *path,
		      const struct port_user *user);
void port_free(struct port *p);

/* 0, -ENOTCONN, or -EAGAIN: the host does not read. */
int port_send(struct port *p, const struct vamp_message *m);

bool port_is_open(const struct port *p);

const struct port_counters *port_counted(const struct port *p);

/*
 * A descriptor of the channel, and whether the host listens at its other end; or
 * -errno: ENOENT there is no such port, EBUSY another agent has it.
 */
int port_open(const char *path, bool *listens);

#endif /* VAMP_GUEST_PORT_H */
