// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * broken_qemu.c - a "QEMU" of a hostile user: it has the function, and calls
 * it with whatever it likes. One command a line on stdin: `bad` garbage and
 * wild pointers, `flood N` N presses of Enter at once.
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
	struct event events[] = {
		{ 0, NULL },	    { 0, (void *)UINT64_MAX },
		{ 0, &wild },	    { 1, &b },
		{ 1, NULL },	    { 5, &b },
		{ UINT32_MAX, &b },
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

int main(void)
{
	char line[64];
	int n;

	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, "bad\n"))
			send_bad();
		else if (sscanf(line, "flood %d", &n) == 1)
			while (n-- > 0)
				send_key(1, 35);
		puts("done");
		fflush(stdout);
	}
	return 0;
}
