/* SPDX-License-Identifier: GPL-2.0-or-later */
/* connect.h - the options by which a server is reached. */
#ifndef PLAY_CONNECT_H
#define PLAY_CONNECT_H

#include <argp.h>

#include "client.h"

struct connect_options {
	const char *password_file, *ca_file;
	uint64_t timeout_us;
};

#define CONNECT_DEFAULTS             \
	{                            \
		NULL, NULL, 10000000 \
	}

/* A child of a command's argp; its input is a struct connect_options. */
extern const struct argp connect_argp;

/* As client_open(). */
struct client *connect_to(const struct connect_options *o, const char *url,
			  int *code);

#endif /* PLAY_CONNECT_H */
