/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel.h - the messages between the host (vampd) and the agent in a guest,
 * and what both sides need to exchange them. docs/channel.md describes them for
 * whoever writes another agent.
 *
 * The channel is a stream of lines, each one JSON object:
 *
 *	{"v":1,"type":"phase","number":7,"state":"begin","ms":5000}
 *
 * Neither side trusts the other: whatever arrives is bounded and checked here,
 * fields and types that are not known are ignored, and nothing that arrives is
 * fatal. Functions return -errno on errors; none of them writes to a log.
 */
#ifndef VAMP_CHANNEL_H
#define VAMP_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VAMP_CHANNEL_PORT	"org.vamp.guest.0"
#define VAMP_CHANNEL_VERSION	1

/* Bounds. Who exceeds the rate is read more slowly, and loses nothing else. */
#define VAMP_CHANNEL_LINE	4096	/* bytes, the newline included */
#define VAMP_CHANNEL_RATE	50	/* lines a second, in either direction */
#define VAMP_CHANNEL_BURST	100	/* lines at once after a silence */
#define VAMP_CHANNEL_TASKS	64	/* background tasks in a message */
#define VAMP_CHANNEL_NAMES	32	/* names in a message, and ids gone */
#define VAMP_CHANNEL_NAME	16	/* bytes of a name, with its NUL */
#define VAMP_CHANNEL_TEXT	64	/* bytes of other texts, with their NUL */
#define VAMP_CHANNEL_CPUS	1024	/* ids of vCPUs are below */
#define VAMP_CHANNEL_ID_MAX	((1ull << 47) - 1)
#define VAMP_CHANNEL_LOAD_MAX	(100u * VAMP_CHANNEL_CPUS)
#define VAMP_CHANNEL_PHASE_MS	60000	/* longest phase */

/*
 * While a phase lasts the host says something, if only ping, this often; a guest
 * that hears nothing for longer than the second takes the host for gone.
 */
#define VAMP_CHANNEL_PING_MS	1000
#define VAMP_CHANNEL_SILENCE_MS	2000

/* ---- sets of CPUs ---- */

struct vamp_cpus {
	uint64_t bits[VAMP_CHANNEL_CPUS / 64];
};

static inline bool vamp_cpus_has(const struct vamp_cpus *s, unsigned int cpu)
{
	return cpu < VAMP_CHANNEL_CPUS && s->bits[cpu / 64] >> cpu % 64 & 1;
}

/* Ids that are too large are left out. */
static inline void vamp_cpus_add(struct vamp_cpus *s, unsigned int cpu)
{
	if (cpu < VAMP_CHANNEL_CPUS)
		s->bits[cpu / 64] |= 1ull << cpu % 64;
}

bool vamp_cpus_equal(const struct vamp_cpus *a, const struct vamp_cpus *b);
bool vamp_cpus_empty(const struct vamp_cpus *s);
unsigned int vamp_cpus_count(const struct vamp_cpus *s);
struct vamp_cpus vamp_cpus_and(const struct vamp_cpus *a,
			       const struct vamp_cpus *b);

/* True if all of @a are in @b. */
bool vamp_cpus_within(const struct vamp_cpus *a, const struct vamp_cpus *b);

/*
 * A list as Linux writes them, "0-2,5"; "" is the empty set. 0, or -EINVAL for
 * anything else, also for falling ranges and ids of VAMP_CHANNEL_CPUS or more.
 */
int vamp_cpus_parse(struct vamp_cpus *s, const char *text);

/* The shortest such list: its length, or -EMSGSIZE. */
int vamp_cpus_print(const struct vamp_cpus *s, char *text, size_t size);

/* ---- messages ---- */

enum vamp_side {
	VAMP_HOST,
	VAMP_GUEST
};

enum vamp_message_type {
	VAMP_HELLO,		/* both: on (re)start; guest: answers the host's */
	VAMP_PHASE,		/* host: an interactive phase begins, goes on, ends */
	VAMP_BACKGROUND,	/* host: which address spaces are background */
	VAMP_AUDIO,		/* both: whether the VM makes sound */
	VAMP_PING,		/* host: answer with pong */
	VAMP_PONG,		/* guest */
	VAMP_PLACEMENT,		/* guest: its slow and its fast vCPUs */
	VAMP_NAMES,		/* guest: processes by address space; changes only */
	VAMP_ERROR,		/* both: what was not understood; never answered */
	VAMP_MESSAGES
};

struct vamp_hello {
	char program[VAMP_CHANNEL_TEXT];	/* and its version */
	char system[VAMP_CHANNEL_TEXT];		/* guest: and its release */
	bool pti;	/* guest: two roots a process; ids have their low bit 0 */
	struct vamp_cpus vcpus;			/* guest: online */
};

struct vamp_phase_message {
	uint32_t number;	/* of the phase; any that differs from the last */
	bool begin;		/* begins, or goes on for ->ms from now; or ends */
	uint32_t ms;		/* 0..VAMP_CHANNEL_PHASE_MS */
	uint32_t waited;	/* percent of what the VM wanted of CPUs: 0..100 */
};

struct vamp_task_load {
	uint64_t id;		/* as in struct vamp_task_info of uapi.h */
	uint32_t load;		/* percent of one CPU */
};

/* Replaces what was said before. Empty: nothing in this VM is background. */
struct vamp_background {
	uint32_t number;	/* of the phase */
	uint32_t count;
	struct vamp_task_load task[VAMP_CHANNEL_TASKS];
};

/*
 * vCPUs by KVM's id (x86: the initial APIC id). Sets are disjoint, and both
 * empty outside a phase, when nothing is placed.
 */
struct vamp_placement {
	uint32_t number;	/* of the phase */
	struct vamp_cpus slow, fast;
};

struct vamp_task_name {
	uint64_t id;
	uint32_t pid;		/* of the process, in the guest */
	char name[VAMP_CHANNEL_NAME];
};

struct vamp_names {
	uint32_t count, gone_count;
	struct vamp_task_name task[VAMP_CHANNEL_NAMES];	/* new or changed */
	uint64_t gone[VAMP_CHANNEL_NAMES];
};

struct vamp_error {
	uint32_t lines;		/* that were not understood so far */
	char text[VAMP_CHANNEL_TEXT];	/* about the last of them */
};

struct vamp_message {
	enum vamp_message_type type;
	union {
		struct vamp_hello hello;
		struct vamp_phase_message phase;
		struct vamp_background background;
		bool audio;			/* on */
		uint32_t number;		/* ping; pong has the same */
		struct vamp_placement placement;
		struct vamp_names names;
		struct vamp_error error;
	};
};

/* "hello", ... */
const char *vamp_message_name(enum vamp_message_type type);

/*
 * What @from sent: a line of @size bytes without its newline, of any content.
 * 0, or, with a text for people in *@why: -EBADMSG not a message of that side, a
 * field that is needed is missing or a value is out of bounds; -EPROTO of another
 * version; -ENOTSUP a type that is not known, to be ignored; -ENOMEM. All texts
 * in a message are printable ASCII: other characters become '?'.
 */
int vamp_message_decode(struct vamp_message *m, enum vamp_side from,
			const char *line, size_t size, const char **why);

/* Its line, with the newline: the length, or -EMSGSIZE, -EINVAL, -ENOMEM. */
int vamp_message_encode(const struct vamp_message *m, enum vamp_side from,
			char line[VAMP_CHANNEL_LINE]);

/* ---- lines out of a stream ---- */

/* All zero at first. */
struct vamp_lines {
	char buffer[VAMP_CHANNEL_LINE];
	size_t begin, end;
	bool skipping;		/* the rest of a line that is too long */
	uint32_t too_long;	/* lines skipped so far */
};

/* Where to read to, and how much at most: never 0 once all lines are taken. */
char *vamp_lines_space(struct vamp_lines *l, size_t *room);

/* @size bytes were read there. */
void vamp_lines_filled(struct vamp_lines *l, size_t size);

/*
 * The next whole line and its size, without its newline; NULL none. Valid until
 * the next vamp_lines_space().
 */
const char *vamp_lines_take(struct vamp_lines *l, size_t *size);

/* ---- the rate ---- */

/* All zero at first. Times are of any clock that does not go back, in ns. */
struct vamp_rate {
	uint64_t paid_until;
};

/* 0 and one line is charged; or how many ns to wait before reading it. */
uint64_t vamp_rate_charge(struct vamp_rate *r, uint64_t now);

/* There was no line. */
void vamp_rate_refund(struct vamp_rate *r);

#endif /* VAMP_CHANNEL_H */
