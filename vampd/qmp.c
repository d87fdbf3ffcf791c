// SPDX-License-Identifier: GPL-2.0-or-later
#include "qmp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK		(16u << 10)
#define JSON_DEPTH	64	/* some ten bridges behind each other */
#define NO_ACCURACY	1000	/* microseconds by which a time-out may be late */

enum waits_for {
	GREETING,
	READINESS,
	ANSWER
};

struct qmp {
	int fd;
	sd_event_source *io;
	sd_event_source *timer;
	struct json_tokener *parser;
	struct json_object *answer;
	enum waits_for waits_for;
	size_t bytes, values;
	const char *command;
	qmp_done *done;
	void *context;
};

void qmp_cancel(struct qmp *q)
{
	if (!q)
		return;
	sd_event_source_disable_unref(q->io);
	sd_event_source_disable_unref(q->timer);
	if (q->parser)
		json_tokener_free(q->parser);
	json_object_put(q->answer);
	close(q->fd);
	free(q);
}

/* Others may use the monitor before anything is done with the answer. */
static void finish(struct qmp *q, int err)
{
	struct json_object *answer = json_object_get(q->answer);
	qmp_done *done = q->done;
	void *context = q->context;

	qmp_cancel(q);
	done(context, err ? NULL : answer, err);
	json_object_put(answer);
}

/* A fresh connection has room for it, or something is wrong with it. */
static int send_command(struct qmp *q, const char *command)
{
	char text[128];
	int size =
		snprintf(text, sizeof(text), "{\"execute\":\"%s\"}\n", command);
	ssize_t n = send(q->fd, text, (size_t)size, MSG_NOSIGNAL);

	if (n < 0)
		return -errno;
	return n == size ? 0 : -EPIPE;
}

static int greeted(struct qmp *q)
{
	q->waits_for = READINESS;
	sd_event_source_set_time_relative(q->timer, QMP_ANSWER_USEC);
	return send_command(q, "qmp_capabilities");
}

static int answered(struct qmp *q, struct json_object *answer)
{
	if (q->waits_for == READINESS) {
		q->waits_for = ANSWER;
		return send_command(q, q->command);
	}
	q->answer = json_object_get(answer);
	return 1;
}

/* 0 go on, 1 the answer is there, or -errno. Events come at any time. */
static int take_message(struct qmp *q, struct json_object *message)
{
	struct json_object *answer;

	if (!json_object_is_type(message, json_type_object))
		return -EBADMSG;
	if (json_object_object_get_ex(message, "event", NULL))
		return 0;
	if (q->waits_for == GREETING)
		return json_object_object_get_ex(message, "QMP", NULL) ?
			       greeted(q) :
			       -EBADMSG;
	if (json_object_object_get_ex(message, "error", NULL))
		return -EREMOTEIO;
	if (json_object_object_get_ex(message, "return", &answer))
		return answered(q, answer);
	return -EBADMSG;
}

/* The parser would take a NUL for the end of all text. */
static int parse(struct qmp *q, const char *text, size_t size)
{
	int result = memchr(text, '\0', size) ? -EBADMSG : 0;

	while (size && !result) {
		struct json_object *message =
			json_tokener_parse_ex(q->parser, text, (int)size);
		size_t used = json_tokener_get_parse_end(q->parser);

		if (!message)
			return json_tokener_get_error(q->parser) ==
					       json_tokener_continue ?
				       0 :
				       -EBADMSG;
		result = take_message(q, message);
		json_object_put(message);
		text += used;
		size -= used;
	}
	return result;
}

/* Small text can be many values: "{},{},{}" takes 300 times its size. */
static size_t count_values(const char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += text[i] == '{' || text[i] == '[' || text[i] == ',';
	return n;
}

static int receive(struct qmp *q)
{
	char text[CHUNK];
	ssize_t n = recv(q->fd, text, sizeof(text), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (!n)
		return -EPIPE;
	q->bytes += (size_t)n;
	q->values += count_values(text, (size_t)n);
	if (q->bytes > QMP_BYTES_MAX || q->values > QMP_VALUES_MAX)
		return -EFBIG;
	return parse(q, text, (size_t)n);
}

static int on_text(sd_event_source *source, int fd, uint32_t events,
		   void *context)
{
	struct qmp *q = context;
	int result = receive(q);

	(void)source;
	(void)fd;
	(void)events;
	if (result)
		finish(q, result > 0 ? 0 : result);
	return 0;
}

static int on_time(sd_event_source *source, uint64_t usec, void *context)
{
	struct qmp *q = context;

	(void)source;
	(void)usec;
	finish(q, q->waits_for == GREETING ? -EBUSY : -ETIMEDOUT);
	return 0;
}

static int start(struct qmp *q, sd_event *loop)
{
	q->parser = json_tokener_new_ex(JSON_DEPTH);
	if (!q->parser)
		return -ENOMEM;
	json_tokener_set_flags(q->parser,
			       JSON_TOKENER_STRICT |
				       JSON_TOKENER_ALLOW_TRAILING_CHARS);
	if (sd_event_add_io(loop, &q->io, q->fd, EPOLLIN, on_text, q) < 0)
		return -ENOMEM;
	return sd_event_add_time_relative(loop, &q->timer, CLOCK_MONOTONIC,
					  QMP_GREETING_USEC, NO_ACCURACY,
					  on_time, q);
}

struct qmp *qmp_ask(sd_event *loop, int fd, const char *command, qmp_done *done,
		    void *context)
{
	struct qmp *q = calloc(1, sizeof(*q));

	if (!q) {
		close(fd);
		return NULL;
	}
	q->fd = fd;
	q->command = command;
	q->done = done;
	q->context = context;
	if (start(q, loop) >= 0)
		return q;
	qmp_cancel(q);
	return NULL;
}

const char *qmp_why(int err)
{
	switch (-err) {
	case EBUSY:
		return "another program holds it open";
	case ETIMEDOUT:
		return "QEMU does not answer";
	case EFBIG:
		return "the answer is too long";
	case EBADMSG:
		return "what comes from there is not QMP";
	case EREMOTEIO:
		return "QEMU refuses to list its PCI devices";
	case EPIPE:
		return "QEMU closed the connection";
	case EREMOTE:
		return "another process than the VM's listens there";
	case ENOTSOCK:
		return "it is no socket";
	case ECONNREFUSED:
		return "nobody listens there";
	case EXDEV:
		return "the path leads out of QEMU's working directory";
	default:
		return strerror(-err);
	}
}
