/* SPDX-License-Identifier: GPL-2.0-or-later */
/* address.h - "ADDRESS:PORT", in numbers. */
#ifndef VAMPD_ADDRESS_H
#define VAMPD_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

struct address {
	struct sockaddr_storage socket;
	socklen_t size;
};

/* "127.0.0.1:9710" or "[::1]:9710", the port not 0: 0 or -EINVAL. */
int address_parse(const char *text, struct address *a);

/* Can only this host reach it? */
bool address_is_loopback(const struct address *a);

#endif /* VAMPD_ADDRESS_H */
