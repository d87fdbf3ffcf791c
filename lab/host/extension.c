// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * extension.c - the guest extension inside a VM.
 */
#include <stdio.h>
#include <string.h>
#include <vamp/channel.h>

#include "extension.h"
#include "guest.h"

#define PORT	"id=port,chardev=vamp,name=" VAMP_CHANNEL_PORT

void extension_start(struct vm *vm, const char *options)
{
	char command[128];

	snprintf(command, sizeof(command), "extension %s", options);
	guest_tell(vm, command);
}

void extension_end(struct vm *vm, int sig)
{
	char command[32];

	snprintf(command, sizeof(command), "end %d", sig);
	guest_tell(vm, command);
}

void extension_hold(struct vm *vm)
{
	guest_tell(vm, "hold");
}

void extension_go(struct vm *vm)
{
	guest_tell(vm, "go");
}

void extension_keep(struct vm *vm)
{
	guest_tell(vm, "keep");
}

bool extension_same(struct vm *vm, char *what, size_t size)
{
	char answer[256];

	guest_ask(vm, "same", "M ", answer, sizeof(answer));
	snprintf(what, size, "%s", answer + strcspn(answer + 2, " ") + 2);
	return !strcmp(answer, "M yes");
}

void extension_lie(struct vm *vm, const char *what)
{
	char command[64];

	snprintf(command, sizeof(command), what ? "lie %s" : "truth", what);
	guest_tell(vm, command);
}

void extension_unplug(struct vm *vm)
{
	vm_monitor(vm,
		   "{\"execute\":\"device_del\",\"arguments\":"
		   "{\"id\":\"port\"}}",
		   NULL, 0);
}

void extension_plug(struct vm *vm)
{
	vm_monitor(vm,
		   "{\"execute\":\"device_add\",\"arguments\":"
		   "{\"driver\":\"virtserialport\",\"id\":\"port\","
		   "\"chardev\":\"vamp\",\"name\":\"" VAMP_CHANNEL_PORT "\"}}",
		   NULL, 0);
}

void extension_arguments(const char **argv, char *chardev, size_t size,
			 const char *vm)
{
	static const char *const fixed[EXTENSION_ARGS] = {
		"-device", "virtio-serial-pci", "-chardev",
		NULL,	   "-device",		"virtserialport," PORT,
	};

	snprintf(chardev, size,
		 "socket,id=vamp,path=/run/%s.vamp,server=on,wait=off", vm);
	memcpy(argv, fixed, sizeof(fixed));
	argv[3] = chardev;
}
