/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vm.h - a guest desktop: stock QEMU with KVM in a cgroup of its own.
 */
#ifndef LAB_VM_H
#define LAB_VM_H

#include <stdbool.h>
#include <sys/types.h>

#include "line.h"

#define VM_VCPUS_MAX	8
#define VM_MAX		4

struct vm {
	char name[16];
	pid_t pid;		/* 0: not running */
	unsigned int nr_vcpus;
	pid_t vcpu[VM_VCPUS_MAX];	/* threads */
	struct line monitor;
	struct line channel;	/* to the agent inside */
};

/*
 * Start QEMU; then wait until the guest's agent answers. Beside the harness's
 * own monitor QEMU has a second one, /run/NAME.qmp, for the daemon.
 */
void vm_start(struct vm *vm, const char *name);

/* The same with a sound device, "ac97" or "hda", and four vCPUs. */
void vm_start_sound(struct vm *vm, const char *name, const char *device);

/*
 * The same with the desktop's disk, a screen of 1024x768 on the sockets
 * /run/NAME.vnc and /run/NAME.spice, a pointer that tells where it is, and sound.
 */
void vm_start_desktop(struct vm *vm, const char *name);

/*
 * The same disk as the guest's own root, with systemd and vamp-guest installed,
 * and four vCPUs. It takes longer to come up.
 */
void vm_start_systemd(struct vm *vm, const char *name);
void vm_wait_systemd(struct vm *vm);

/* A picture of the screen, as FILE.ppm beside the report. */
void vm_screen(struct vm *vm, const char *file);

/* With @more arguments for QEMU, NULL at the end, and for the kernel. */
void vm_start_odd(struct vm *vm, const char *name, const char *const *more,
		  const char *append);
void vm_wait(struct vm *vm);

/*
 * One that somebody else has started: it has no monitor for the harness, so that
 * what needs one must not be called. The agent's socket is /run/NAME.channel.
 */
void vm_adopt(struct vm *vm, const char *name, pid_t pid);

/* Does the agent answer by now? */
bool vm_is_up(struct vm *vm);

/* A monitor command (JSON, without line end); the answer if @answer. */
void vm_monitor(struct vm *vm, const char *command, char *answer, size_t size);

/* Press and release Enter (or @key, by QEMU's name). */
void vm_press(struct vm *vm, const char *key);

/* Press and release the left mouse button. */
void vm_click(struct vm *vm);

/* Stop all vCPUs for @ms. */
void vm_pause(struct vm *vm, unsigned int ms);

/* Ask the guest to power off, and see that QEMU ends well. */
void vm_power_off(struct vm *vm);

/* kill -9, and nothing of it remains. */
void vm_kill(struct vm *vm);

/* The guest does not answer or is gone: decide whose fault, and end. */
_Noreturn void vm_lost(struct vm *vm, const char *what);

/* The calling process keeps to the CPUs that VMs run on. */
void vm_stay_on_lab_cpus(void);

/* Did every thread of every running VM stay off CPU 0? Ends if not. */
void vm_check_cpus(void);

#endif
