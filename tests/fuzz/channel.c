// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * channel.c - what either side of the channel may be sent: a stream of bytes, in
 * pieces of any size, read as lines and these as messages.
 *
 * The first byte says who sends, and how large the pieces are. In what follows a
 * byte stands for many, so that lines become too long.
 */
#include <errno.h>
#include <stdio.h>

#include <vamp/channel.h>

#include "bytes.h"
#include "must.h"

#define MANY		0x1f
#define MANY_BYTES	1500

/* ---- what holds of a message that was let through ---- */

static void check_text(const char *text, size_t room)
{
	size_t n = strnlen(text, room);

	must(n < room);
	for (size_t i = 0; i < n; i++)
		must(text[i] >= ' ' && text[i] <= '~');
}

static void check_tasks(const struct vamp_background *b)
{
	must(b->count <= VAMP_CHANNEL_TASKS);
	for (u32 i = 0; i < b->count; i++) {
		must(b->task[i].id <= VAMP_CHANNEL_ID_MAX);
		must(b->task[i].load <= VAMP_CHANNEL_LOAD_MAX);
	}
}

static void check_names(const struct vamp_names *n)
{
	must(n->count <= VAMP_CHANNEL_NAMES);
	must(n->gone_count <= VAMP_CHANNEL_NAMES);
	for (u32 i = 0; i < n->count; i++) {
		must(n->task[i].id <= VAMP_CHANNEL_ID_MAX);
		must(n->task[i].pid <= INT32_MAX);
		check_text(n->task[i].name, sizeof(n->task[i].name));
	}
	for (u32 i = 0; i < n->gone_count; i++)
		must(n->gone[i] <= VAMP_CHANNEL_ID_MAX);
}

static void check_placement(const struct vamp_placement *p)
{
	struct vamp_cpus both = vamp_cpus_and(&p->slow, &p->fast);

	must(vamp_cpus_empty(&both));
	must(vamp_cpus_empty(&p->slow) || !vamp_cpus_empty(&p->fast));
}

static void check_message(const struct vamp_message *m, enum vamp_side from)
{
	bool by_host = m->type == VAMP_PHASE || m->type == VAMP_BACKGROUND ||
		       m->type == VAMP_PING;
	bool by_guest = m->type == VAMP_PLACEMENT || m->type == VAMP_NAMES ||
			m->type == VAMP_PONG;

	must(m->type < VAMP_MESSAGES);
	must(from == VAMP_HOST ? !by_guest : !by_host);
	if (m->type == VAMP_HELLO) {
		check_text(m->hello.program, sizeof(m->hello.program));
		check_text(m->hello.system, sizeof(m->hello.system));
	} else if (m->type == VAMP_PHASE) {
		must(m->phase.ms <= VAMP_CHANNEL_PHASE_MS);
		must(m->phase.waited <= 100);
	} else if (m->type == VAMP_BACKGROUND) {
		check_tasks(&m->background);
	} else if (m->type == VAMP_NAMES) {
		check_names(&m->names);
	} else if (m->type == VAMP_PLACEMENT) {
		check_placement(&m->placement);
	} else if (m->type == VAMP_ERROR) {
		check_text(m->error.text, sizeof(m->error.text));
	}
}

/* It can be said again, and means the same then. */
static void check_again(const struct vamp_message *m, enum vamp_side from)
{
	char line[VAMP_CHANNEL_LINE];
	struct vamp_message again;
	const char *why;
	int n = vamp_message_encode(m, from, line);

	must(n > 1 && n <= VAMP_CHANNEL_LINE);
	must(line[n - 1] == '\n' && !memchr(line, '\n', (size_t)n - 1));
	must(!vamp_message_decode(&again, from, line, (size_t)n - 1, &why));
	must(!memcmp(&again, m, sizeof(again)));
}

static void check_line(const char *line, size_t size, enum vamp_side from)
{
	struct vamp_message m;
	const char *why = NULL;
	int err;

	must(size < VAMP_CHANNEL_LINE && !memchr(line, '\n', size));
	err = vamp_message_decode(&m, from, line, size, &why);
	must(why);
	if (err) {
		must(*why);
		must(err == -EBADMSG || err == -EPROTO || err == -ENOTSUP);
		return;
	}
	check_message(&m, from);
	check_again(&m, from);
}

/* ---- the stream ---- */

struct stream {
	struct bytes in;
	size_t many;	/* bytes that one still stands for */
};

static size_t give(struct stream *s, char *to, size_t size)
{
	size_t n = 0;

	while (n < size && (s->many || bytes_left(&s->in))) {
		if (!s->many) {
			to[n] = (char)bytes_byte(&s->in);
			if (to[n] != MANY) {
				n++;
				continue;
			}
			s->many = MANY_BYTES;
		}
		to[n++] = 'x';
		s->many--;
	}
	return n;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct stream s = { .in = { data, data + size } };
	struct vamp_lines lines = { .begin = 0 };
	u8 how = bytes_byte(&s.in);
	size_t piece = how >> 1 ? how >> 1 : VAMP_CHANNEL_LINE, n, room;
	enum vamp_side from = how & 1 ? VAMP_GUEST : VAMP_HOST;
	const char *line;
	char *to;

	do {
		to = vamp_lines_space(&lines, &room);
		must(room > 0 && room <= VAMP_CHANNEL_LINE);
		n = give(&s, to, room < piece ? room : piece);
		vamp_lines_filled(&lines, n);
		while ((line = vamp_lines_take(&lines, &size)))
			check_line(line, size, from);
	} while (n);
	return 0;
}
