// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vm.c - a guest desktop.
 */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "extension.h"
#include "kmsg.h"
#include "options.h"
#include "report.h"
#include "util.h"
#include "vm.h"

#define START_NS	(60 * NSEC_PER_SEC)
#define BOOT_NS		(90 * NSEC_PER_SEC)
#define SYSTEMD_NS	(300 * NSEC_PER_SEC)
#define ANSWER_NS	(20 * NSEC_PER_SEC)

static struct vm *running[VM_MAX];

static void vm_path(const struct vm *vm, const char *what, char *path,
		    size_t size)
{
	snprintf(path, size, "/run/%s.%s", vm->name, what);
}

static void remember(struct vm *vm)
{
	for (unsigned int i = 0; i < VM_MAX; i++) {
		if (running[i])
			continue;
		running[i] = vm;
		return;
	}
	undecided("more than %d VMs", VM_MAX);
}

static void forget(struct vm *vm)
{
	for (unsigned int i = 0; i < VM_MAX; i++)
		if (running[i] == vm)
			running[i] = NULL;
}

void vm_stay_on_lab_cpus(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(1, &cpus);
	CPU_SET(2, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

#define ARGS	64
#define SOUND_VCPUS	"4"

/* The last -smp counts. */
static const char *const ac97[] = { "-smp",	 SOUND_VCPUS,
				    "-audiodev", "none,id=sound",
				    "-device",	 "AC97,audiodev=sound",
				    NULL };
static const char *const hda[] = { "-smp",	SOUND_VCPUS,
				   "-audiodev", "none,id=sound",
				   "-device",	"intel-hda",
				   "-device",	"hda-output,audiodev=sound",
				   NULL };

static void add_arguments(char **argv, const char *const *more)
{
	unsigned int n = 0;

	while (argv[n])
		n++;
	while (more && *more && n < ARGS - 1)
		argv[n++] = (char *)*more++;
}

static void exec_qemu(struct vm *vm, const char *const *more,
		      const char *append)
{
	char line[256], console[64], channel[96], monitor[96], qmp[96];
	const char *extension[EXTENSION_ARGS + 1] = { NULL };
	char chardev[96], vcpus[12];
	char *argv[ARGS] = {
		"qemu-system-x86_64",
		"-name",
		vm->name,
		"-M",
		"pc",
		"-accel",
		"kvm",
		"-cpu",
		"host",
		"-smp",
		vcpus,
		"-m",
		"256M",
		"-nodefaults",
		"-no-user-config",
		"-kernel",
		options.vmlinux,
		"-initrd",
		options.guest_image,
		"-append",
		line,
		"-display",
		"none",
		"-no-reboot",
		"-serial",
		console,
		"-serial",
		channel,
		"-qmp",
		monitor,
		"-qmp",
		qmp,
	};

	snprintf(line, sizeof(line),
		 "console=ttyS0 quiet panic=-1 mitigations=off nokaslr "
		 "no_timer_check %s",
		 append);
	snprintf(vcpus, sizeof(vcpus), "%u", options.vcpus);
	snprintf(console, sizeof(console), "file:/run/%s.console", vm->name);
	snprintf(channel, sizeof(channel),
		 "unix:/run/%s.channel,server=on,wait=off", vm->name);
	snprintf(monitor, sizeof(monitor),
		 "unix:/run/%s.monitor,server=on,wait=off", vm->name);
	snprintf(qmp, sizeof(qmp), "unix:/run/%s.qmp,server=on,wait=off",
		 vm->name);
	if (options.extension)
		extension_arguments(extension, chardev, sizeof(chardev),
				    vm->name);
	add_arguments(argv, extension);
	add_arguments(argv, more);
	execvp(argv[0], argv);
}

static void become_qemu(struct vm *vm, const char *const *more,
			const char *append)
{
	char log[64];
	int fd;

	vm_path(vm, "log", log, sizeof(log));
	fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dup2(fd, 1);
	dup2(fd, 2);
	vm_stay_on_lab_cpus();
	if (!cgroup_join(vm->name))
		exec_qemu(vm, more, append);
	perror("qemu");
	_exit(127);
}

/* Ours or not, is its QEMU gone? */
static bool ended(const struct vm *vm)
{
	return waitpid(vm->pid, NULL, WNOHANG) > 0 || kill(vm->pid, 0);
}

static void connect_to(struct vm *vm, struct line *l, const char *what)
{
	uint64_t deadline = now_ns() + START_NS;
	char path[64];

	vm_path(vm, what, path, sizeof(path));
	while (line_connect(l, path, now_ns() + NSEC_PER_SEC))
		if (now_ns() > deadline || ended(vm))
			vm_lost(vm, "QEMU did not start");
}

static void learn_vcpus(struct vm *vm)
{
	struct json_object *root, *cpus, *cpu;
	char answer[4096];

	vm_monitor(vm, "{\"execute\":\"query-cpus-fast\"}", answer,
		   sizeof(answer));
	root = json_tokener_parse(answer);
	cpus = json_object_object_get(root, "return");
	vm->nr_vcpus = json_object_array_length(cpus);
	if (vm->nr_vcpus > VM_VCPUS_MAX)
		undecided("VM %s has %u vCPUs", vm->name, vm->nr_vcpus);
	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		cpu = json_object_array_get_idx(cpus, i);
		vm->vcpu[i] = json_object_get_int(
			json_object_object_get(cpu, "thread-id"));
		if (vm->vcpu[i] <= 0)
			undecided("QEMU names no thread of vCPU %u", i);
	}
	json_object_put(root);
}

static void keep_log(struct vm *vm, const char *what)
{
	char path[64], text[4096] = "", name[64];

	vm_path(vm, what, path, sizeof(path));
	read_text(path, text, sizeof(text));
	snprintf(name, sizeof(name), "vm_%s_%s", vm->name, what);
	json_object_object_add(report_root(), name,
			       json_object_new_string(text));
}

/* What the guests said last explains many a failure. */
static void explain(struct json_object *root)
{
	(void)root;
	for (unsigned int i = 0; i < VM_MAX; i++)
		if (running[i])
			keep_log(running[i], "console");
}

static void explain_once(void)
{
	static bool done;

	if (!done)
		report_on_failure(explain);
	done = true;
}

void vm_start_odd(struct vm *vm, const char *name, const char *const *more,
		  const char *append)
{
	explain_once();
	memset(vm, 0, sizeof(*vm));
	vm->monitor.fd = vm->channel.fd = -1;
	snprintf(vm->name, sizeof(vm->name), "%s", name);
	cgroup_create(name);
	vm->pid = fork();
	if (!vm->pid)
		become_qemu(vm, more, append);
	remember(vm);
	connect_to(vm, &vm->channel, "channel");
	connect_to(vm, &vm->monitor, "monitor");
	vm_monitor(vm, "{\"execute\":\"qmp_capabilities\"}", NULL, 0);
	learn_vcpus(vm);
}

/* KVM's threads are known by their names. */
static void learn_threads(struct vm *vm)
{
	unsigned int vcpu;
	struct dirent *e;
	char path[64], name[32];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", vm->pid);
	tasks = opendir(path);
	while (tasks && (e = readdir(tasks))) {
		snprintf(path, sizeof(path), "/proc/%d/task/%.16s/comm",
			 vm->pid, e->d_name);
		if (read_text(path, name, sizeof(name)) ||
		    sscanf(name, "CPU %u/KVM", &vcpu) != 1 ||
		    vcpu >= VM_VCPUS_MAX)
			continue;
		vm->vcpu[vcpu] = atoi(e->d_name);
		if (vm->nr_vcpus <= vcpu)
			vm->nr_vcpus = vcpu + 1;
	}
	if (tasks)
		closedir(tasks);
	if (!vm->nr_vcpus)
		undecided("VM %s has no vCPU threads", vm->name);
}

void vm_adopt(struct vm *vm, const char *name, pid_t pid)
{
	explain_once();
	memset(vm, 0, sizeof(*vm));
	vm->monitor.fd = vm->channel.fd = -1;
	vm->pid = pid;
	snprintf(vm->name, sizeof(vm->name), "%s", name);
	remember(vm);
	connect_to(vm, &vm->channel, "channel");
	learn_threads(vm);
}

void vm_start(struct vm *vm, const char *name)
{
	vm_start_odd(vm, name, NULL, "");
}

void vm_start_sound(struct vm *vm, const char *name, const char *device)
{
	vm_start_odd(vm, name, strcmp(device, "hda") ? ac97 : hda, "");
}

#define DISK \
	"-drive", "file=build/lab/desktop.img,format=raw,if=virtio,readonly=on"

/* Every 10 ms and mixed at 44.1 kHz, as usual, it takes much of an emulated CPU. */
#define SOUND "none,id=sound,timer-period=40000,out.mixing-engine=off"

/* The last -m counts. */
void vm_start_desktop(struct vm *vm, const char *name)
{
	char vnc[64], spice[160];
	const char *const desktop[] = {
		"-m",
		"768M",
		DISK,
		"-device",
		"VGA,xres=1024,yres=768",
		"-device",
		"virtio-tablet-pci",
		"-audiodev",
		SOUND,
		"-device",
		"AC97,audiodev=sound",
		"-vnc",
		vnc,
		"-spice",
		spice,
		NULL,
	};

	snprintf(vnc, sizeof(vnc), "unix:/run/%s.vnc", name);
	snprintf(spice, sizeof(spice),
		 "unix=on,addr=/run/%s.spice,disable-ticketing=on,"
		 "streaming-video=off,jpeg-wan-compression=never",
		 name);
	vm_start_odd(vm, name, desktop, "");
}

/* The last -smp and -m count. The disk's systemd waits for devices. */
void vm_start_systemd(struct vm *vm, const char *name)
{
	static const char *const system[] = { "-m", "768M", "-smp",
					      "4",  DISK,   NULL };

	vm_start_odd(vm, name, system, "lab.systemd");
}

void vm_screen(struct vm *vm, const char *file)
{
	char command[192], answer[256];

	snprintf(command, sizeof(command),
		 "{\"execute\":\"screendump\",\"arguments\":"
		 "{\"filename\":\"/run/lab/%s.ppm\"}}",
		 file);
	vm_monitor(vm, command, answer, sizeof(answer));
	if (!strstr(answer, "return"))
		fail("no picture of VM %s's screen: %s", vm->name, answer);
}

static void wait_until(struct vm *vm, uint64_t deadline)
{
	char line[128];

	do {
		if (line_read(&vm->channel, line, sizeof(line), deadline) <= 0)
			vm_lost(vm, "did not boot");
	} while (strcmp(line, "H"));
}

void vm_wait(struct vm *vm)
{
	wait_until(vm, now_ns() + BOOT_NS);
}

void vm_wait_systemd(struct vm *vm)
{
	wait_until(vm, now_ns() + SYSTEMD_NS);
}

bool vm_is_up(struct vm *vm)
{
	char line[128];

	return line_read(&vm->channel, line, sizeof(line), now_ns()) > 0 &&
	       !strcmp(line, "H");
}

/* Events may come in between; the answer has "return". */
void vm_monitor(struct vm *vm, const char *command, char *answer, size_t size)
{
	uint64_t deadline = now_ns() + ANSWER_NS;
	char text[4096];

	snprintf(text, sizeof(text), "%s\n", command);
	if (line_write(&vm->monitor, text))
		vm_lost(vm, "closed its monitor");
	do {
		if (line_read(&vm->monitor, text, sizeof(text), deadline) <= 0)
			vm_lost(vm, "does not answer on its monitor");
		if (strstr(text, "\"error\":"))
			undecided("QEMU refuses %s: %s", command, text);
	} while (!strstr(text, "\"return\":"));
	if (answer)
		snprintf(answer, size, "%s", text);
}

void vm_press(struct vm *vm, const char *key)
{
	char command[160];

	snprintf(command, sizeof(command),
		 "{\"execute\":\"send-key\",\"arguments\":{\"keys\":"
		 "[{\"type\":\"qcode\",\"data\":\"%s\"}]}}",
		 key);
	vm_monitor(vm, command, NULL, 0);
}

static void button(struct vm *vm, const char *down)
{
	char command[160];

	snprintf(command, sizeof(command),
		 "{\"execute\":\"input-send-event\",\"arguments\":{\"events\":"
		 "[{\"type\":\"btn\",\"data\":"
		 "{\"button\":\"left\",\"down\":%s}}]}}",
		 down);
	vm_monitor(vm, command, NULL, 0);
}

void vm_click(struct vm *vm)
{
	button(vm, "true");
	button(vm, "false");
}

void vm_pause(struct vm *vm, unsigned int ms)
{
	vm_monitor(vm, "{\"execute\":\"stop\"}", NULL, 0);
	sleep_ms(ms);
	vm_monitor(vm, "{\"execute\":\"cont\"}", NULL, 0);
}

static void gone(struct vm *vm)
{
	forget(vm);
	line_close(&vm->monitor);
	line_close(&vm->channel);
	cgroup_remove(vm->name);
	vm->pid = 0;
}

void vm_power_off(struct vm *vm)
{
	uint64_t deadline = now_ns() + ANSWER_NS * 2;
	int status = 0;

	line_write(&vm->channel, "off\n");
	while (!waitpid(vm->pid, &status, WNOHANG)) {
		if (now_ns() > deadline)
			vm_lost(vm, "does not power off");
		sleep_ms(20);
	}
	if (status)
		fail("QEMU of VM %s ended with status %#x", vm->name, status);
	gone(vm);
}

void vm_kill(struct vm *vm)
{
	kill(vm->pid, SIGKILL);
	waitpid(vm->pid, NULL, 0);
	gone(vm);
}

/* The first trouble on the guest's console, else its last line. */
static bool guest_trouble(struct vm *vm, char *line, size_t size)
{
	char path[64], text[512];
	bool found = false;
	FILE *f;

	line[0] = 0;
	vm_path(vm, "console", path, sizeof(path));
	f = fopen(path, "re");
	while (f && !found && fgets(text, sizeof(text), f)) {
		text[strcspn(text, "\r\n")] = 0;
		found = kmsg_is_trouble(text);
		if (*text)
			snprintf(line, size, "%s", text);
	}
	if (f)
		fclose(f);
	return found;
}

/*
 * A guest that oopsed, or hangs while its QEMU lives, may be the emulator's
 * fault if the host is well. A QEMU that ended is not.
 */
void vm_lost(struct vm *vm, const char *what)
{
	char host[256], guest[256];
	bool dead = ended(vm);
	bool oops = guest_trouble(vm, guest, sizeof(guest));

	keep_log(vm, "log");
	keep_log(vm, "console");
	if (kmsg_trouble(host, sizeof(host)))
		fail("VM %s %s; host: %s", vm->name, what, host);
	if (dead && !oops)
		fail("VM %s %s: QEMU ended (%s)", vm->name, what, guest);
	report_end(EMULATOR, "VM %s %s%s%s", vm->name, what, *guest ? ": " : "",
		   guest);
}

static void check_thread(const struct vm *vm, const char *tid)
{
	char path[64], text[4096], allowed[64] = "";
	const char *p;

	snprintf(path, sizeof(path), "/proc/%d/task/%.16s/status", vm->pid,
		 tid);
	if (read_text(path, text, sizeof(text)))
		return;
	p = strstr(text, "Cpus_allowed_list:");
	if (p)
		sscanf(p, "Cpus_allowed_list: %63s", allowed);
	if (strcmp(allowed, LAB_CPUS))
		undecided(
			"thread %s of VM %s may run on CPUs '%s', not only on " LAB_CPUS,
			tid, vm->name, allowed);
}

static void check_vm(const struct vm *vm)
{
	struct dirent *e;
	char path[64];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", vm->pid);
	tasks = opendir(path);
	while (tasks && (e = readdir(tasks)))
		if (e->d_name[0] != '.')
			check_thread(vm, e->d_name);
	if (tasks)
		closedir(tasks);
}

void vm_check_cpus(void)
{
	for (unsigned int i = 0; i < VM_MAX; i++)
		if (running[i])
			check_vm(running[i]);
}
