/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hooks.h - our probes on KVM's tracepoints.
 */
#ifndef VAMP_HOOKS_H
#define VAMP_HOOKS_H

/*
 * Attaches to KVM's tracepoints, found by name. -ENODEV, with a line in the
 * log, if KVM is not loaded or lacks one that is needed. May sleep.
 */
int hooks_attach(void);

/*
 * Detaches; on return no probe runs and no vCPU has a trap set. May sleep, up
 * to a second where vCPUs stay in the guest that long.
 */
void hooks_detach(void);

#endif /* VAMP_HOOKS_H */
