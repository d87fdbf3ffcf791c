/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * what_if.h - what the module would have done with other parameters.
 */
#ifndef VAMP_REPLAY_WHAT_IF_H
#define VAMP_REPLAY_WHAT_IF_H

#include "player.h"

/*
 * Before @e: what is due by its time. True if @e is one that follows from the
 * recorded parameters, and was dealt with here.
 */
bool what_if(struct player *p, const struct event *e);

/* An input or sound was told, and asks for a classification. */
void what_if_wanted(struct player *p);

/* There is sound that may start a phase. */
void what_if_heard(struct player *p);

#endif /* VAMP_REPLAY_WHAT_IF_H */
