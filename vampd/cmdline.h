/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmdline.h - what a QEMU's command line says of its VM.
 *
 * Whoever runs the VM chose it and may have changed it since: it is a hint,
 * bounded, and nothing that it says is trusted. An option that QEMU takes from
 * elsewhere (-readconfig, -global) is not seen.
 */
#ifndef VAMPD_CMDLINE_H
#define VAMPD_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "pieces.h"
#include "ranges.h"

#define CMDLINE_BYTES_MAX	(1u << 20)
#define CMDLINE_MONITORS	4
#define CMDLINE_TEXT		PIECE_TEXT

struct cmdline {
	char name[CMDLINE_TEXT];	/* of -name, "" without */
	/* Sockets on which QEMU listens as a QMP monitor. */
	char monitor[CMDLINE_MONITORS][CMDLINE_TEXT];
	unsigned int monitors;
	char channel[CMDLINE_TEXT];	/* socket of the guest's port, "" without */
	bool usb_audio;
	struct ranges isa;		/* sound cards on the ISA bus */
};

/* What @bytes, arguments that each end with a NUL, say. */
void cmdline_parse(const char *bytes, size_t size, struct cmdline *c);

/*
 * That of a process. 0 or -errno, with nothing said in @c: E2BIG longer than
 * CMDLINE_BYTES_MAX, ESRCH the process is gone.
 */
int cmdline_read(pid_t pid, struct cmdline *c);

#endif /* VAMPD_CMDLINE_H */
