// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * write.c - the lines of a recording.
 */
#include "write.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/param.h"

#define FIELDS		6	/* behind the name */
#define FIELD_SIZE	24
#define FACT_MAX	400

static size_t __attribute__((format(printf, 4, 5)))
put(struct writer *w, char *to, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(to, size, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= size)
		return 0;
	w->lines++;
	return (size_t)n;
}

size_t write_head(struct writer *w, char *to, size_t size)
{
	*w = (struct writer){ 0 };
	return put(w, to, size, "vamp-stream %d\n", FORMAT);
}

size_t write_fact(struct writer *w, const char *name, const char *text,
		  char *to, size_t size)
{
	char clean[FACT_MAX];
	size_t i;

	for (i = 0; i + 1 < sizeof(clean) && text[i]; i++) {
		clean[i] = text[i];
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			clean[i] = '?';
	}
	clean[i] = '\0';
	return put(w, to, size, "fact %s %s\n", name, clean);
}

/* How much a clock went on since it was last written. */
static void difference(char *to, u64 *clock, u64 now)
{
	snprintf(to, FIELD_SIZE, "%lld", (long long)(now - *clock));
	*clock = now;
}

static void task(char *to, u64 id)
{
	if (id == TASK_NO_ID)
		strcpy(to, "-");
	else
		snprintf(to, FIELD_SIZE, "%llx", (unsigned long long)id);
}

static void fill(struct writer *w, const struct event *e, u32 fields,
		 char field[FIELDS][FIELD_SIZE])
{
	u32 i;

	for (i = 0; i < FIELDS; i++)
		strcpy(field[i], "0");
	strcpy(field[0], "-");
	if (fields & HAS_VCPU)
		snprintf(field[0], FIELD_SIZE, "%u", e->vcpu);
	if (fields & HAS_NOW)
		difference(field[1], &w->now, e->o.now);
	if (fields & HAS_TIMES) {
		difference(field[2], &w->clock[e->vcpu].run_delay,
			   e->o.run_delay);
		difference(field[3], &w->clock[e->vcpu].cpu_time,
			   e->o.cpu_time);
	}
	if (fields & HAS_TASK)
		task(field[4], e->o.task_id);
	if (fields & HAS_ARG)
		snprintf(field[5], FIELD_SIZE, "%u", e->arg);
}

/* Zeros at the end are left out. */
static u32 needed(char field[FIELDS][FIELD_SIZE])
{
	u32 n = FIELDS;

	while (n > 1 && !strcmp(field[n - 1], "0"))
		n--;
	return n == 1 && !strcmp(field[0], "-") ? 0 : n;
}

size_t write_event(struct writer *w, const struct event *e, char *to,
		   size_t size)
{
	u32 i, n, fields = op_fields(e->op, FORMAT);
	char field[FIELDS][FIELD_SIZE];
	char line[WRITE_LINE_MAX];
	size_t len;

	if (e->op == OP_PARAM)
		return put(w, to, size, "param %s %u\n",
			   vamp_params[e->o.task_id % VAMP_PARAMS].name,
			   e->arg);
	if (fields & HAS_VCPU && e->vcpu >= VM_VCPUS_MAX)
		return 0;
	fill(w, e, fields, field);
	n = needed(field);
	len = (size_t)snprintf(line, sizeof(line), "%s", op_kinds[e->op].name);
	for (i = 0; i < n; i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len, " %s",
					field[i]);
	return put(w, to, size, "%s\n", line);
}

size_t write_finish(struct writer *w, char *to, size_t size)
{
	struct event e = { .op = OP_FINISH, .o.task_id = w->lines };

	return write_event(w, &e, to, size);
}
