/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * doctor.h - what may make vAMP ineffective on this host, in two steps: facts
 * are gathered (doctor_gather.c), and rules look at nothing else
 * (doctor_rules.c).
 */
#ifndef VAMPCTL_DOCTOR_H
#define VAMPCTL_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <vamp/uapi.h>

#include "cgroup.h"
#include "state.h"

/* ---- facts ---- */

/* A number, or why it is not known: -errno; ENOENT there is no such thing. */
struct fact {
	int err;
	long value;
};

struct fact_vcpu {
	uint32_t id;
	pid_t tid;
	bool left_alone;
	struct fact policy;	/* SCHED_OTHER, ... */
	struct fact cpus;	/* how many it may run on */
	int cgroup_err;
	struct cgroup cgroup;
};

struct fact_vm {
	struct vamp_vm_info info;
	char name[STATE_NAME];
	int symbol_err;		/* of the function that vampd probes */
	uint64_t evicted;	/* guest tasks in ->interval_ms */
	struct fact others;	/* processes right in its first vCPU's CPU cgroup */
	struct fact_vcpu *vcpu;
	size_t vcpus;
};

struct facts {
	int device_err;		/* of device_open(); the rest of it is empty then */
	char kernel[80];
	struct fact kvm_vamp, load_monitor, track_cr3;
	struct fact avic, ipiv;	/* parameters of kvm_amd and kvm_intel */
	struct fact autogroup;
	struct fact online;	/* CPUs */
	struct fact uprobes;	/* the kernel has them: value 1 */
	struct fact vampd;	/* its process, 0 none */
	struct vamp_counters counters;
	unsigned int interval_ms;
	struct fact_vm *vm;
	size_t vms;
};

/*
 * Gathers them, looking twice at the module, @interval_ms apart. 0, to be freed
 * by facts_free(), or -errno: ENOMEM, EACCES, EPERM; a module that is missing or
 * of another version is a fact.
 */
int facts_gather(struct facts *f, unsigned int interval_ms);
void facts_free(struct facts *f);

/* ---- findings ---- */

enum level {
	LEVEL_GOOD,
	LEVEL_NOTE,		/* worth knowing; nothing has to be done */
	LEVEL_UNKNOWN,		/* could not be told */
	LEVEL_PROBLEM,
	LEVELS
};

#define FINDING_TEXT	768

struct finding {
	enum level level;
	const char *rule;		/* part of the --json form */
	pid_t vm;			/* 0: of the host */
	char name[STATE_NAME];		/* of the VM */
	char text[FINDING_TEXT];
	char remedy[FINDING_TEXT];	/* "" none */
};

struct findings {
	struct finding *finding;
	size_t count, room;
	bool no_memory;			/* some are missing */
};

/* Applies all rules; those that find nothing get one LEVEL_GOOD. */
void doctor_judge(const struct facts *f, struct findings *found);
void findings_free(struct findings *found);

/* exit_code.h: OK, PROBLEMS or UNKNOWN; SOFTWARE where some are missing. */
int doctor_exit_code(const struct findings *found);

/* "ok", "note", "unknown", "problem". */
const char *doctor_level(enum level level);

#endif /* VAMPCTL_DOCTOR_H */
