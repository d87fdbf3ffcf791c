/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state.h - what has to be put back, in a file: written before anything is
 * changed, so that whoever comes after a killed agent knows it (restore.h).
 *
 * /run/vamp-guest has the file "state", "slow_tasks" for `vamp-guest list`, and
 * "lock", which the agent holds as long as it lives.
 */
#ifndef VAMP_GUEST_STATE_H
#define VAMP_GUEST_STATE_H

#include "book.h"
#include "irqs.h"

#define STATE_DIR	"/run/vamp-guest"
#define STATE_FILE	STATE_DIR "/state"
#define STATE_LIST	STATE_DIR "/slow_tasks"

/* Makes the directory, for the agent's user alone to write to. 0 or -errno. */
int state_init(void);

/* Takes the lock, until the process ends: 0, or -EWOULDBLOCK another has it. */
int state_lock(void);

/*
 * The same, but waits up to a second for who has it: an agent that was killed has
 * it a moment longer than it lives, and then its keeper has.
 */
int state_lock_soon(void);

/* True if somebody else has it: an agent runs. */
bool state_is_locked(void);

int state_write(const struct book *b, const struct pins *p);

/*
 * 0, or -errno: ENOENT there is nothing to be put back, also if the file is of an
 * earlier boot; EBADMSG the file is damaged: what comes before that place is in
 * @b and @p.
 */
int state_read(struct book *b, struct pins *p);

/* Everything is put back. */
int state_remove(void);

#endif /* VAMP_GUEST_STATE_H */
