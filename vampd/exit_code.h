/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exit_code.h - how vampd ends; documented in vampd(8). */
#ifndef VAMPD_EXIT_CODE_H
#define VAMPD_EXIT_CODE_H

enum exit_code {
	EXIT_CODE_OK = 0,
	EXIT_CODE_USAGE = 64,		/* bad option, or a value that is refused */
	EXIT_CODE_NO_MODULE = 69,	/* module not loaded, or it went away */
	EXIT_CODE_SOFTWARE = 70,	/* out of memory, or a fault of vampd's own */
	EXIT_CODE_NO_PROBES = 71,	/* kernel refuses uprobes or BPF */
	EXIT_CODE_NO_PERMISSION = 77,
	EXIT_CODE_CONFIG = 78,		/* the configuration file is wrong */
};

#endif /* VAMPD_EXIT_CODE_H */
