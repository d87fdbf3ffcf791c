// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * domain.c - a guest desktop that libvirt runs, as it makes one without further
 * wishes: each vCPU in a CPU cgroup of its own, QEMU as a user of its own.
 */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "domain.h"
#include "options.h"
#include "report.h"
#include "util.h"

#define IMAGES	"/var/lib/libvirt/images"
#define XML	"/tmp/domain.xml"
#define OFF_MS	60000

static const char domain_xml[] =
	"<domain type='kvm'>\n"
	"  <name>%s</name>\n"
	"  <memory unit='MiB'>256</memory>\n"
	"  <vcpu placement='static' cpuset='1-2'>2</vcpu>\n"
	"  <cputune><emulatorpin cpuset='1-2'/></cputune>\n"
	"  <os>\n"
	"    <type arch='x86_64' machine='pc'>hvm</type>\n"
	"    <kernel>" IMAGES "/vmlinux</kernel>\n"
	"    <initrd>" IMAGES "/guest.img</initrd>\n"
	"    <cmdline>console=ttyS0 quiet panic=-1 mitigations=off nokaslr "
	"no_timer_check</cmdline>\n"
	"  </os>\n"
	"  <features><acpi/><apic/></features>\n"
	"  <cpu mode='host-passthrough'/>\n"
	"  <devices>\n"
	"    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n"
	"    <serial type='file'>\n"
	"      <source path='/var/log/libvirt/qemu/%s.console'/>\n"
	"      <target port='0'/>\n"
	"    </serial>\n"
	"    <serial type='unix'>\n"
	"      <source mode='bind' path='/var/lib/libvirt/qemu/%s.channel'/>\n"
	"      <target port='1'/>\n"
	"    </serial>\n"
	"    <channel type='unix'>\n"
	"      <source mode='bind'/>\n"
	"      <target type='virtio' name='org.vamp.guest.0'/>\n"
	"    </channel>\n"
	"    <controller type='usb' model='none'/>\n"
	"    <memballoon model='none'/>\n"
	"    <video><model type='none'/></video>\n"
	"  </devices>\n"
	"</domain>\n";

/* Where QEMU's user may read them. */
static void copy_files(void)
{
	char command[640];

	snprintf(command, sizeof(command),
		 "cp %s " IMAGES "/vmlinux && cp %s " IMAGES "/guest.img",
		 options.vmlinux, options.guest_image);
	command_must(command, NULL, 0);
}

static void define(const char *name)
{
	FILE *f = fopen(XML, "we");

	if (!f)
		undecided("cannot write " XML);
	fprintf(f, domain_xml, name, name, name);
	fclose(f);
	command_must("virsh define " XML, NULL, 0);
}

/* By the paths that VMs of the harness's own have. */
static void link_paths(const char *name)
{
	char command[320];

	snprintf(command, sizeof(command),
		 "ln -s /var/lib/libvirt/qemu/%s.channel /run/%s.channel && "
		 "ln -s /var/log/libvirt/qemu/%s.console /run/%s.console",
		 name, name, name, name);
	command_must(command, NULL, 0);
}

void domain_start(struct vm *vm, const char *name)
{
	char command[96], text[32];

	copy_files();
	define(name);
	link_paths(name);
	snprintf(command, sizeof(command), "virsh start %s", name);
	command_must(command, NULL, 0);
	snprintf(command, sizeof(command), "cat /run/libvirt/qemu/%s.pid",
		 name);
	command_must(command, text, sizeof(text));
	vm_adopt(vm, name, atoi(text));
	vm_wait(vm);
}

void domain_press(const struct vm *vm)
{
	char command[96];

	snprintf(command, sizeof(command), "virsh send-key %s KEY_ENTER",
		 vm->name);
	command_must(command, NULL, 0);
}

void domain_end(struct vm *vm)
{
	uint64_t deadline = now_ns() + OFF_MS * NSEC_PER_MSEC;
	char command[96], state[64];

	line_write(&vm->channel, "off\n");
	snprintf(command, sizeof(command), "virsh domstate %s | head -n 1",
		 vm->name);
	do {
		if (now_ns() > deadline)
			fail("libvirt says that VM %s is %s", vm->name, state);
		sleep_ms(500);
		command_must(command, state, sizeof(state));
	} while (state[0] != 's');	/* "shut off" */
	snprintf(command, sizeof(command), "virsh undefine %s", vm->name);
	command_must(command, NULL, 0);
}
