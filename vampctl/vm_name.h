/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm_name.h - what people call a VM. */
#ifndef VAMPCTL_VM_NAME_H
#define VAMPCTL_VM_NAME_H

#include <stddef.h>
#include <sys/types.h>

/*
 * The name that process @pid gives its VM (QEMU's -name), or the process id;
 * always something, of printable ASCII. The owner of the process chose it: two
 * VMs may have the same.
 */
void vm_name(pid_t pid, char *name, size_t size);

#endif /* VAMPCTL_VM_NAME_H */
