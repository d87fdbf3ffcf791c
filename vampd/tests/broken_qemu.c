// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * broken_qemu.c - a "QEMU" of a hostile user: it has the function, and calls
 * it with whatever it likes. One command a line on stdin: `bad` garbage and
 * wild pointers, `flood N` N presses of Enter at once, `drag N` and `hover N` N
 * motions at once with the left button held or not, `touch` and `fingers` what
 * a touch screen's QEMU calls.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct event {
	uint32_t kind;
	const void *data;
};
struct key {
	const void *value;
	bool down;
};
struct value {
	uint32_t kind;
	uint64_t code;
};
struct button {
	uint32_t button;
	bool down;
};

void qemu_input_event_send_impl(void *console, const struct event *e);

__attribute__((noinline, noipa)) void
qemu_input_event_send_impl(void *console, const struct event *e)
{
	__asm__ volatile("" : : "r"(console), "r"(e) : "memory");
}

static void send_key(uint32_t kind, uint64_t code)
{
	struct value v = { kind, code };
	struct key k = { &v, true };
	struct event e = { 0, &k };

	qemu_input_event_send_impl(NULL, &e);
}

static void send_bad(void)
{
	struct button b = { UINT32_MAX, true };
	struct key wild = { (void *)8, true };
	uint32_t no_touch = 5;
	struct event events[] = {
		{ 0, NULL },	    { 0, (void *)UINT64_MAX },
		{ 0, &wild },	    { 1, &b },
		{ 1, NULL },	    { 5, &b },
		{ UINT32_MAX, &b }, { 2, NULL },
		{ 3, (void *)1 },   { 4, NULL },
		{ 4, &no_touch },
	};

	qemu_input_event_send_impl(NULL, NULL);
	qemu_input_event_send_impl(NULL, (void *)UINT64_MAX);
	qemu_input_event_send_impl(NULL, (void *)0xffffffff81000000);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		qemu_input_event_send_impl(NULL, &events[i]);
	send_key(2, 35);
	send_key(0, UINT64_MAX);
	send_key(1, UINT32_MAX);
}

static void send_button(uint32_t button, bool down)
{
	struct button b = { button, down };
	struct event e = { 1, &b };

	qemu_input_event_send_impl(NULL, &e);
}

static void send_motions(int n)
{
	struct {
		uint32_t axis;
		int64_t value;
	} move = { 0, 1 };

	for (; n > 0; n--) {
		struct event e = { 2 + n % 2, &move };

		qemu_input_event_send_impl(NULL, &e);
	}
}

static void send_finger(uint32_t type)
{
	struct {
		uint32_t type;
		int64_t slot, id, axis, value;
	} touch = { type, 0, 0, 0, 1 };
	struct event e = { 4, &touch };

	qemu_input_event_send_impl(NULL, &e);
}

/* As QEMU's GTK window does: the button is pressed often, released never. */
static void send_fingers(void)
{
	static const uint32_t type[] = { 0, 4, 4, 1, 4, 4 };

	for (size_t i = 0; i < sizeof(type) / sizeof(type[0]); i++) {
		send_finger(type[i]);
		if (type[i] < 4)
			send_button(9, true);
	}
	send_finger(2);
	send_finger(0);
	send_finger(3);
	send_motions(10);
}

/* A touch screen without fingers of its own, then a mouse. */
static void send_touch(void)
{
	send_button(9, true);
	send_motions(10);
	send_button(9, true);
	send_button(9, false);
	send_motions(10);
}

static void send_drag(int n)
{
	send_button(0, true);
	send_motions(n);
	send_button(0, false);
}

static bool do_with_count(const char *line)
{
	int n;

	if (sscanf(line, "flood %d", &n) == 1)
		while (n-- > 0)
			send_key(1, 35);
	else if (sscanf(line, "drag %d", &n) == 1)
		send_drag(n);
	else if (sscanf(line, "hover %d", &n) == 1)
		send_motions(n);
	else
		return false;
	return true;
}

int main(void)
{
	char line[64];

	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, "bad\n"))
			send_bad();
		else if (!strcmp(line, "touch\n"))
			send_touch();
		else if (!strcmp(line, "fingers\n"))
			send_fingers();
		else if (!do_with_count(line))
			break;
		puts("done");
		fflush(stdout);
	}
	return 0;
}
