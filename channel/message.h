/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * message.h - between the two halves of the codec, decode.c and encode.c: the
 * names that stand in messages.
 */
#ifndef VAMP_CHANNEL_MESSAGE_H
#define VAMP_CHANNEL_MESSAGE_H

#include <vamp/channel.h>

#define BY_HOST		(1u << VAMP_HOST)
#define BY_GUEST	(1u << VAMP_GUEST)

/* Of each type: its name, and who may send it. */
struct message_kind {
	const char *name;
	unsigned int by;
};

extern const struct message_kind message_kinds[VAMP_MESSAGES];

#endif /* VAMP_CHANNEL_MESSAGE_H */
