/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * module.h - the connection to the module, which may go and come back.
 *
 * While the descriptor is open the module cannot be unloaded; it is let go of
 * on demand. When the module is gone, for whatever reason, VMs stay known and
 * their input is lost; when it is back it is told everything again.
 */
#ifndef VAMPD_MODULE_H
#define VAMPD_MODULE_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

/* Called when a new connection was made, before VMs are asked for. */
typedef void module_ready(void *context);

/*
 * @device is the open descriptor; it becomes -1 and another as the module goes
 * and comes. It must stay as long as @loop.
 */
void module_init(sd_event *loop, int *device, module_ready *ready,
		 void *context);

/* Listens to it and asks for its VMs: 0 or -errno. */
int module_start(void);

/* Lets the module go, until it was loaded again or a minute has passed. */
void module_let_go(void);

void module_end(void);

bool module_is_there(void);

/* Times that it came back. */
uint64_t module_returns(void);

#endif /* VAMPD_MODULE_H */
