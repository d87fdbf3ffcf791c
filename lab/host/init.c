// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * init.c - first process of the emulated host: loads modules, mounts the real
 * machine's root read-only, and runs the harness in it.
 *
 * /args in the initrd: the checkout's path, then the harness's arguments, one
 * a line. An empty path: the harness is in the initrd itself, and so is all that
 * it needs. Where there is a disk, that is the host's root, and its systemd the first
 * process (debian.h).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "debian.h"
#include "mounts.h"

#define MAX_ARGS	32
#define LINE		4096

/* Modules for hardware that is not there (the other vendor's KVM) refuse. */
static void load_module(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/modules/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		perror(path);
	if (fd >= 0)
		close(fd);
}

static void load_modules(void)
{
	FILE *list = fopen("/modules/list", "re");
	char name[96];

	if (!list)
		return;
	while (fscanf(list, "%95s", name) == 1)
		load_module(name);
	fclose(list);
}

static int read_args(char **args)
{
	FILE *f = fopen("/args", "re");
	static char line[LINE];
	int n = 0;

	if (!f)
		return 0;
	while (n < MAX_ARGS && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		args[n++] = strdup(line);
	}
	fclose(f);
	return n;
}

/*
 * The checkout may lie below a folder that gets a fresh file system: keep it
 * in sight by binding it to its own path afterwards.
 */
static void hide_scratch(const char *checkout)
{
	static const char *const scratch[] = {
		HOST "/tmp",
		HOST "/run",
		HOST "/var/tmp",
	};
	char path[LINE], held[32];
	int fd;

	snprintf(path, sizeof(path), HOST "%s", checkout);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (unsigned int i = 0; i < 3; i++)
		if (mount("tmpfs", scratch[i], "tmpfs", 0, NULL))
			perror(scratch[i]);
	if (fd < 0 || !access(path, F_OK))
		return;
	make_path(path);
	snprintf(held, sizeof(held), "/proc/self/fd/%d", fd);
	if (mount(held, path, NULL, MS_BIND, NULL))
		perror(path);
}

static void mount_host(const char *checkout)
{
	mount_at("root", HOST, "9p", MS_RDONLY, "cache=loose," P9);
	hide_scratch(checkout);
	mount_at("out", HOST "/run/lab", "9p", 0, P9);
	mount_again(HOST);
}

static void console(void)
{
	int fd = open("/dev/console", O_RDWR);

	for (int i = 0; i < 3; i++)
		dup2(fd, i);
}

/* Does this host offer what an emulated host must: its own KVM? */
static int probe(void)
{
	FILE *answer = fopen("/dev/ttyS1", "w");

	if (answer)
		fprintf(answer, "%s\n",
			access("/dev/kvm", F_OK) ? "no" : "yes");
	if (answer)
		fclose(answer);
	return 0;
}

static int run_harness(char **args)
{
	static char program[LINE];
	char *checkout = args[0];
	int status = 0;
	pid_t pid;

	snprintf(program, sizeof(program), "%s/build/lab/bin/labhost",
		 checkout);
	args[0] = program;
	pid = fork();
	if (!pid) {
		if (*checkout && (chroot(HOST) || chdir(checkout)))
			perror(checkout);
		setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
		execv(program, args);
		perror(program);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return status;
}

int main(void)
{
	static char *args[MAX_ARGS + 1];

	mount_kernel();
	console();
	load_modules();
	if (read_args(args) < 1) {
		probe();
	} else if (debian_disk()) {
		debian_become(args);
		perror("the Debian on the disk");
	} else {
		if (*args[0])
			mount_host(args[0]);
		printf("lab: harness ended with status %#x\n",
		       run_harness(args));
		fflush(stdout);
	}
	sync();
	reboot(RB_POWER_OFF);
	return 0;
}
