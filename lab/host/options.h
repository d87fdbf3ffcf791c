/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.h - how the harness was called, and its scenarios.
 */
#ifndef LAB_OPTIONS_H
#define LAB_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
	unsigned int inputs;	/* per mode; 0: the scenario's own choice */
	unsigned int retries;	/* runs lost to the emulator before this one */
	uint64_t seed;
	unsigned int vcpus;	/* of each VM */
	unsigned int hogs;	/* background processes in each VM (desktop) */
	unsigned int threads;	/* of the application (desktop) */
	const char *application;	/* by name (evaluate) */
	bool fast;		/* the host is not emulated: heavier programs will do */
	unsigned int load;	/* busy vCPUs for each of the host's CPUs (evaluate) */
	char modes[128];	/* some only (evaluate), "a,b,c", or "" for all */
	char variant[64];	/* "parameter=value" of a mode more, or "" */
	bool symbols;		/* keep the module's symbols for count.awk */
	char trace[256];	/* events to record, "" for none */
	const char *series;	/* of the guests' kernel */
	char vmlinux[256];
	char guest_image[256];
	bool extension;		/* guests have vamp-guest and its channel */
	char interface[256];	/* what the module must show: a table */
};

extern struct options options;

enum need {
	NEED_NOTHING,
	NEED_MODULE,
	NEED_DAEMON,
	NEED_EXTENSION,		/* and the daemon; VMs have it, but it does not run */
	NEED_DESKTOP,		/* the same; and VMs may have a real desktop */
	NEED_PLAY,		/* the same, and vampplay */
	NEED_SYSTEMD,		/* or a Debian root with systemd that starts it */
	NEED_LIBVIRT		/* a Debian as the host, with packages and libvirt */
};

/* The emulated host: AMD or whatever KVM has, or Intel. */
enum machine {
	MACHINE_QEMU,
	MACHINE_BOCHS
};

struct scenario {
	const char *name;
	const char *about;
	unsigned int limit_s;	/* of the whole run */
	enum need need;
	enum machine machine;
	void (*run)(void);
};

/* One in each file of scenarios/. */
extern const struct scenario scenario_boot, scenario_desktop, scenario_track,
	scenario_restore, scenario_policy_off, scenario_reload, scenario_smoke,
	scenario_interface, scenario_audio, scenario_typing, scenario_vmx,
	scenario_hostile, scenario_odd_guests, scenario_stress,
	scenario_record_desktop, scenario_record_audio, scenario_record_mixed,
	scenario_record_room, scenario_guest_restore, scenario_guest_hostile,
	scenario_evaluate, scenario_session, scenario_guest_systemd,
	scenario_libvirt, scenario_play_vnc, scenario_play_spice;

#endif
