/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state_json.h - the --json form of status and top, as vampctl(1) says it. */
#ifndef VAMPCTL_STATE_JSON_H
#define VAMPCTL_STATE_JSON_H

#include <json-c/json.h>

#include "host_info.h"
#include "state.h"

/* Raised when something that was there changes or goes; never for additions. */
#define JSON_FORMAT	1

/* A new object, with guest tasks if the state has them. */
struct json_object *state_json(const struct host_info *h,
			       const struct state *s);

/* Prints @o and frees it: over several lines, or on one. */
void json_show(struct json_object *o);
void json_show_line(struct json_object *o);

#endif /* VAMPCTL_STATE_JSON_H */
