/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device.h - the module, by its character device.
 *
 * An open descriptor holds a reference on the module: it cannot be unloaded
 * until device_close().
 */
#ifndef VAMPD_DEVICE_H
#define VAMPD_DEVICE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <vamp/channel.h>
#include <vamp/uapi.h>

/*
 * The descriptor, non-blocking, or -errno: EPROTO the module is of another
 * version. Interactive phases end with it, so that none outlives the daemon.
 */
int device_open(const char *path);
void device_close(int fd);

/* Up to @room process ids of the VMs that the module knows: count or -errno. */
int device_list_vms(int fd, pid_t *pids, size_t room);

/* What it knows of them. */
int device_read_vms(int fd, struct vamp_vm_info *to, size_t room);

/* The module's counters: 0 or -errno. */
int device_counters(int fd, struct vamp_counters *to);

/*
 * Up to @room entries of the vCPUs of the VM of process @pid: count or -errno,
 * ESRCH no such VM is known. The other: only their threads.
 */
#define DEVICE_VCPUS_MAX	4096

int device_read_vcpus(int fd, pid_t pid, struct vamp_vcpu_info *to,
		      size_t room);
int device_list_vcpus(int fd, pid_t pid, pid_t *tids, size_t room);

/*
 * Up to @room waiting events: count, 0 when none waits, or -errno: ENODEV the
 * module is gone, EPROTO it is of another version.
 */
int device_read_events(int fd, struct vamp_event *events, size_t room);

/*
 * Reports input to the VM of the process behind @pidfd: what it did (enum
 * vamp_input_result) or -errno as VAMP_IOC_INPUT says.
 */
int device_input(int fd, int pidfd, uint32_t type, uint32_t code);

/*
 * Says where the sound devices of the VM of process @pid are: at most
 * VAMP_SOUND_RANGES; and its reschedule vector, 0: the module learns it.
 * 0 or -errno as VAMP_IOC_SOUND says.
 */
int device_sound(int fd, pid_t pid, uint32_t vector,
		 const struct vamp_sound_range *ranges, uint32_t count);

/* Up to @room entries of the guest tasks of the VM: count or -errno. */
int device_read_tasks(int fd, pid_t pid, struct vamp_task_info *to,
		      size_t room);

/*
 * Where the guest of the VM of process @pid has placed its work; ids of 256 and
 * above are left out. 0 or -errno as VAMP_IOC_PLACE says.
 */
int device_place(int fd, pid_t pid, const struct vamp_cpus *slow,
		 const struct vamp_cpus *fast);

/* The guest makes sound: 0 or -errno as VAMP_IOC_OUTPUT says. */
int device_output(int fd, pid_t pid);

#endif /* VAMPD_DEVICE_H */
