// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "paths.h"

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int read_number(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[16];
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return (int)n;
	text[n] = '\0';
	return atoi(text);
}

static int set(const char *path, const char *text)
{
	int err = write_text(path, text);

	if (err == -EINVAL)
		log_error("%s: the module refuses the value '%s'", path, text);
	else if (err)
		log_error("%s: cannot write '%s': %s", path, text,
			  strerror(-err));
	else
		log_info("%s set to %s", path, text);
	return err;
}

static int set_nice(int nice)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", nice);
	return set(paths.kvm_vamp, text);
}

static int set_default_nice(void)
{
	int now = read_number(paths.kvm_vamp);

	if (now < 0) {
		log_error("%s: cannot read: %s", paths.kvm_vamp,
			  strerror(-now));
		return now;
	}
	return now ? 0 : set_nice(SETTINGS_NICE_DEFAULT);
}

/* The command line wins; --no-config keeps the file from the module. */
static int chosen_nice(const struct options *o, const struct config *c)
{
	return o->nice >= 0 || o->no_config ? o->nice : c->nice;
}

static const char *chosen_policy(const struct options *o,
				 const struct config *c)
{
	if (o->policy || o->no_config)
		return o->policy;
	return c->policy[0] ? c->policy : NULL;
}

int settings_apply(const struct options *o, const struct config *c)
{
	const char *policy = chosen_policy(o, c);
	int nice = chosen_nice(o, c);
	int err = 0;

	if (policy)
		err = set(paths.policy, policy);
	if (err)
		return err;
	if (nice >= 0)
		return set_nice(nice);
	return o->no_config ? 0 : set_default_nice();
}

int config_load(const struct options *o, struct config *c)
{
	const char *path = o->config ? o->config : paths.config;
	char wrong[512];
	int err = config_read(path, c, wrong, sizeof(wrong));

	if (err == -ENOENT && !o->config)
		return 0;
	if (err)
		log_error("%s", wrong);
	return err;
}
