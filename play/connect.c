// SPDX-License-Identifier: GPL-2.0-or-later
#include "connect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "exit_code.h"
#include "say.h"

#define PASSWORD_MAX	256

enum {
	KEY_PASSWORD = 0x200,
	KEY_CA,
	KEY_CONNECT
};

static const struct argp_option options[] = {
	{ "password-file", KEY_PASSWORD, "FILE", 0,
	  "The server's password is the first line of FILE", 10 },
	{ "ca-file", KEY_CA, "FILE", 0,
	  "Certificates that may sign those of a SPICE server", 10 },
	{ "connect-timeout", KEY_CONNECT, "SECONDS", 0,
	  "Wait so long for a connection and its first picture (10)", 10 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct connect_options *o = state->input;

	switch (key) {
	case KEY_PASSWORD:
		o->password_file = arg;
		return 0;
	case KEY_CA:
		o->ca_file = arg;
		return 0;
	case KEY_CONNECT:
		o->timeout_us = option_seconds(state, "connect-timeout", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp connect_argp = { .options = options, .parser = parse };

static bool read_password(const char *path, char *to, size_t size)
{
	FILE *f = fopen(path, "re");
	bool good = f && fgets(to, (int)size, f);

	if (!good)
		say("%s: %s", path,
		    f && feof(f) ? "is empty" : strerror(errno));
	else
		to[strcspn(to, "\r\n")] = '\0';
	if (f)
		fclose(f);
	return good;
}

struct client *connect_to(const struct connect_options *o, const char *url,
			  int *code)
{
	char password[PASSWORD_MAX] = "";
	struct client_settings set = { .url = url,
				       .ca_file = o->ca_file,
				       .timeout_us = o->timeout_us };
	struct client *c;

	if (o->password_file) {
		if (!read_password(o->password_file, password,
				   sizeof(password))) {
			*code = EXIT_CODE_NO_INPUT;
			return NULL;
		}
		set.password = password;
	}
	c = client_open(&set, code);
	explicit_bzero(password, sizeof(password));
	return c;
}
