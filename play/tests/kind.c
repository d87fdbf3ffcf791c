// SPDX-License-Identifier: GPL-2.0-or-later
#include "kind.h"

#include "clock.h"
#include "exit_code.h"

struct test_kind kind;

static struct client *opened(const struct client_settings *set,
			     const char *place, bool is_unix, int *code)
{
	(void)set;
	(void)place;
	(void)is_unix;
	(void)code;
	kind.client.kind = &client_vnc;
	return &kind.client;
}

static void pass_until(uint64_t us)
{
	struct timespec t = { (time_t)(us / 1000000),
			      (long)(us % 1000000) * 1000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL))
		;
}

static bool waited(struct client *c, uint64_t us)
{
	uint64_t end = clock_us() + us;

	kind.limit = c->limit;
	kind.option = c->limit_option;
	pass_until(kind.stalls ? c->limit : end);
	if (!kind.stalls)
		return true;
	c->stalled = true;
	return client_fail(c, EXIT_CODE_LOST, "stopped");
}

static bool ready(const struct client *c)
{
	(void)c;
	return true;
}

static bool pointer(struct client *c)
{
	kind.display = c->display;
	kind.pointers++;
	return true;
}

static bool with_code(struct client *c, uint32_t code, bool down)
{
	(void)c;
	(void)code;
	(void)down;
	return true;
}

static void closed(struct client *c)
{
	(void)c;
}

const struct client_kind client_vnc = {
	.scheme = "vnc",
	.unix_scheme = "vnc+unix",
	.buttons = 5,
	.open = opened,
	.wait = waited,
	.ready = ready,
	.pointer = pointer,
	.button = with_code,
	.key = with_code,
	.close = closed,
};

const struct client_kind client_spice = {
	.scheme = "spice",
	.unix_scheme = "spice+unix",
	.open = opened,
};
