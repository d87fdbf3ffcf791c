/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device.h - what /dev/vamp tells.
 */
#ifndef LAB_DEVICE_H
#define LAB_DEVICE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <sys/types.h>
#include <vamp/uapi.h>

/* Opened for each call: an open device must not keep the module loaded. */
void device_counters(struct vamp_counters *c);

/* How many there are; at most @max are stored. */
unsigned int device_vms(struct vamp_vm_info *vms, unsigned int max);
unsigned int device_vcpus(pid_t vm, struct vamp_vcpu_info *v, unsigned int max);
unsigned int device_tasks(pid_t vm, struct vamp_task_info *t, unsigned int max);

/* False when the module does not know the VM. */
bool device_vm(pid_t pid, struct vamp_vm_info *vm);

/* A key as if a user had pressed it; an errno if refused, and the result. */
int device_press(pid_t vm, unsigned int code, unsigned int *result);

/* Where a VM's sound device is; an errno if refused. */
int device_sound(const struct vamp_sound *sound);

/* sum += after - before. */
void device_counters_add(struct vamp_counters *sum,
			 const struct vamp_counters *before,
			 const struct vamp_counters *after);

/* after - before, of the counters that grow. */
struct json_object *device_counters_json(const struct vamp_counters *before,
					 const struct vamp_counters *after);

/* By what name reports show an enum vamp_reason. */
const char *device_reason(uint32_t reason);

/* Everything that the device knows, for the report of a failure. */
void device_explain(struct json_object *root);

#endif
