/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device.h - the module, by its character device. An open descriptor holds a
 * reference on the module.
 */
#ifndef VAMPCTL_DEVICE_H
#define VAMPCTL_DEVICE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <vamp/uapi.h>

/*
 * The descriptor or -errno: ENOENT the module is not loaded, EPROTO it is of
 * another version, EACCES or EPERM no permission.
 */
int device_open(void);
void device_close(int fd);

/* The same; if it fails, says why and sets *@code to the exit code. */
int device_open_or_say(int *code);

/* 0 or -errno: EPROTO the module is of another version. */
int device_counters(int fd, struct vamp_counters *c);

/*
 * All VMs, or all vCPUs, guest tasks or guest threads of a VM, in memory that the caller
 * frees: how many, or -errno: ESRCH the process is no VM (any more).
 */
ssize_t device_vms(int fd, struct vamp_vm_info **vms);
ssize_t device_vcpus(int fd, pid_t vm, struct vamp_vcpu_info **vcpus);
ssize_t device_tasks(int fd, pid_t vm, struct vamp_task_info **tasks);
ssize_t device_threads(int fd, pid_t vm, struct vamp_thread_info **threads);

/*
 * Reports input to a VM: what it did (enum vamp_input_result) or -errno as
 * VAMP_IOC_INPUT says.
 */
int device_input(int fd, pid_t vm, uint32_t type, uint32_t code);

#endif /* VAMPCTL_DEVICE_H */
