// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest.c - what the harness asks of the agent inside a VM.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "report.h"
#include "util.h"

#define ANSWER_NS	(60 * NSEC_PER_SEC)
#define SHELL_NS	(240 * NSEC_PER_SEC)

static void tell(struct vm *vm, const char *command)
{
	char line[512];

	snprintf(line, sizeof(line), "%s\n", command);
	if (line_write(&vm->channel, line))
		vm_lost(vm, "closed its channel");
}

/* The next line that begins with @prefix. */
static void expect_by(struct vm *vm, const char *prefix, char *line,
		      size_t size, uint64_t deadline)
{
	char what[64];

	do {
		if (line_read(&vm->channel, line, size, deadline) > 0)
			continue;
		snprintf(what, sizeof(what), "gave no answer '%s'", prefix);
		vm_lost(vm, what);
	} while (strncmp(line, prefix, strlen(prefix)));
}

static void expect(struct vm *vm, const char *prefix, char *line, size_t size)
{
	expect_by(vm, prefix, line, size, now_ns() + ANSWER_NS);
}

void guest_ask_long(struct vm *vm, const char *command, const char *prefix,
		    char *answer, size_t size, uint64_t deadline)
{
	tell(vm, command);
	expect_by(vm, prefix, answer, size, deadline);
}

void guest_ask(struct vm *vm, const char *command, const char *prefix,
	       char *answer, size_t size)
{
	tell(vm, command);
	expect(vm, prefix, answer, size);
}

void guest_tell(struct vm *vm, const char *command)
{
	char line[256];

	guest_ask(vm, command, "OK", line, sizeof(line));
}

int guest_shell(struct vm *vm, const char *command, char *said, size_t size)
{
	char line[512], answer[256], *p;
	int status;

	snprintf(line, sizeof(line), "sh %s", command);
	guest_ask_long(vm, line, "R ", answer, sizeof(answer),
		       now_ns() + SHELL_NS);
	status = strtol(answer + 2, &p, 10);
	if (said)
		snprintf(said, size, "%s", *p ? p + 1 : p);
	return status;
}

void guest_app(struct vm *vm, unsigned int amount)
{
	guest_app_threads(vm, amount, 1);
}

void guest_app_threads(struct vm *vm, unsigned int amount, unsigned int threads)
{
	char line[256];

	snprintf(line, sizeof(line), "app %u %u", amount, threads);
	tell(vm, line);
	expect(vm, "A", line, sizeof(line));
}

uint64_t guest_time(struct vm *vm, unsigned int amount)
{
	char line[256];

	snprintf(line, sizeof(line), "time %u", amount);
	tell(vm, line);
	expect(vm, "T ", line, sizeof(line));
	return strtoull(line + 2, NULL, 10);
}

void guest_stat(struct vm *vm, struct guest_stat *stat)
{
	char line[256], *p;

	memset(stat, 0, sizeof(*stat));
	tell(vm, "stat");
	expect(vm, "S ", line, sizeof(line));
	stat->now_ns = strtoull(line + 2, &p, 10);
	stat->work = strtoull(p, &p, 10);
	while (*p && stat->n < GUEST_HOGS)
		stat->cpu_ns[stat->n++] = strtoull(p, &p, 10);
}

void guest_filmstat(struct vm *vm, struct guest_film *film)
{
	char line[256], *p;

	guest_ask(vm, "filmstat", "F ", line, sizeof(line));
	film->now_ns = strtoull(line + 2, &p, 10);
	film->plays = strtoull(p, &p, 10);
	film->frame = strtoull(p, &p, 10);
	film->dropped = strtoull(p, &p, 10);
	film->cpu_ns = strtoull(p, &p, 10);
}

void guest_playstat(struct vm *vm, struct guest_play *play)
{
	char line[256], *p;

	tell(vm, "playstat");
	expect(vm, "P ", line, sizeof(line));
	play->periods = strtoull(line + 2, &p, 10);
	play->missed = strtoull(p, &p, 10);
	play->player = strtol(p, &p, 10);
	play->server = strtol(p, &p, 10);
	play->player_ns = strtoull(p, &p, 10);
	play->server_ns = strtoull(p, &p, 10);
}

void guest_bar(struct vm *vm, const char *device, struct guest_bar *bar)
{
	char line[256], *p;

	snprintf(line, sizeof(line), "bar %s", device);
	tell(vm, line);
	expect(vm, "B ", line, sizeof(line));
	bar->first = strtoull(line + 2, &p, 10);
	bar->last = strtoull(p, &p, 10);
	bar->is_io = strtoull(p, &p, 10);
}

void guest_answer(struct vm *vm)
{
	char line[256];

	expect(vm, "D ", line, sizeof(line));
}

bool guest_answered(struct vm *vm)
{
	char line[256];

	while (line_read(&vm->channel, line, sizeof(line), 0) > 0)
		if (!strncmp(line, "D ", 2))
			return true;
	return false;
}

uint64_t guest_respond(struct vm *vm)
{
	uint64_t start = now_ns();

	vm_press(vm, "ret");
	guest_answer(vm);
	return now_ns() - start;
}
