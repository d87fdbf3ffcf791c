// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - loading and unloading of vamp.ko, and nothing else.
 */
#include <linux/module.h>

#include "device.h"
#include "hooks.h"
#include "params.h"
#include "phase.h"
#include "registry.h"
#include "room.h"
#include "vendor.h"

static int __init vamp_init(void)
{
	int err = vendor_init();

	if (err)
		return err;
	err = params_init();
	if (err)
		return err;
	err = hooks_attach();
	if (err)
		goto params;
	registry_init();
	err = device_init();
	if (!err)
		return 0;
	hooks_detach();
	registry_exit();
	phase_exit();
	room_exit();
	vendor_exit();
params:
	params_exit();
	return err;
}

static void __exit vamp_exit(void)
{
	device_exit();
	hooks_detach();
	registry_exit();
	phase_exit();
	room_exit();
	vendor_exit();
	params_exit();
}

module_init(vamp_init);
module_exit(vamp_exit);

MODULE_DESCRIPTION("virtual asymmetric multiprocessor for KVM");
MODULE_LICENSE("GPL");
MODULE_VERSION(VAMP_VERSION);
MODULE_SOFTDEP("pre: kvm");
