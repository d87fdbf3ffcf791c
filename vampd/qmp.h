/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qmp.h - one question to QEMU by its machine protocol, without waiting.
 *
 * A monitor serves one client at a time: it is held as briefly as possible,
 * and left alone where somebody else holds it.
 */
#ifndef VAMPD_QMP_H
#define VAMPD_QMP_H

#include <json-c/json.h>
#include <systemd/sd-event.h>

/* From connecting to the greeting, and from there to the answer. */
#define QMP_GREETING_USEC	1000000u
#define QMP_ANSWER_USEC		3000000u

/* All that QEMU sends; and the values in it, each of which takes memory. */
#define QMP_BYTES_MAX	(1u << 20)
#define QMP_VALUES_MAX	(16u << 10)

struct qmp;

/*
 * Called once, when the connection has ended already. @err 0: @answer is what
 * the command returned, the callee's only during the call. Else NULL, and
 * @err: EBUSY no greeting in time, ETIMEDOUT no answer in time, EFBIG too long
 * an answer, EBADMSG no QMP, EREMOTEIO QEMU refuses the command, EPIPE or
 * another the connection broke.
 */
typedef void qmp_done(void *context, struct json_object *answer, int err);

/*
 * Asks @command (its name, nothing else) over the connected @fd, which it
 * closes in any case. NULL: out of memory, and @done is not called.
 */
struct qmp *qmp_ask(sd_event *loop, int fd, const char *command, qmp_done *done,
		    void *context);

/* Ends it; @done is not called. NULL is allowed. */
void qmp_cancel(struct qmp *q);

/* An error of monitor_connect() or of a question, for people. */
const char *qmp_why(int err);

#endif /* VAMPD_QMP_H */
