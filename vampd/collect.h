/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect.h - gathers what metrics.h shows. */
#ifndef VAMPD_COLLECT_H
#define VAMPD_COLLECT_H

#include <stddef.h>

/* A door_text: @device is an int *, the module's descriptor. */
int collect_metrics(void *device, char **text, size_t *size);

#endif /* VAMPD_COLLECT_H */
