/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.h - the command line. */
#ifndef VAMPD_OPTIONS_H
#define VAMPD_OPTIONS_H

#include <stdbool.h>

struct options {
	bool verbose;
	/* The configuration file; NULL: CONFIG_FILE, if there is one. */
	const char *config;
	/* Only say whether it is good. */
	bool check_config;
	/* Without it, kvm_vamp is set to a default where it is 0. */
	bool no_config;
	/* Ask QEMU; what is set by hand (by_hand.h) counts in any case. */
	bool discover_sound;
	/* For kvm_vamp; negative: not given. */
	int nice;
	/* For the module's parameter; NULL: not given. */
	const char *policy;
};

/* Ends the process for --help, --version (0) and bad usage (64). */
void options_parse(struct options *o, int argc, char **argv);

#endif /* VAMPD_OPTIONS_H */
