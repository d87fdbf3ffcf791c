// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * debian.c - hands the emulated host over to the systemd of its disk.
 *
 * The disk is read only; what is written goes to memory.
 */
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "debian.h"
#include "mounts.h"

#define DISK		"/dev/vda"
#define BASE		"/base"
#define CHANGES		"/changes"
#define UNITS		HOST "/run/systemd/system"
#define WANTS		UNITS "/multi-user.target.wants"
#define UNIT		"lab-harness.service"
#define SYSTEMD		"/lib/systemd/systemd"
#define PATH_SIZE	4096

bool debian_disk(void)
{
	return !access(DISK, F_OK);
}

static void mount_root(void)
{
	mount_at(DISK, BASE, "ext4", MS_RDONLY, NULL);
	mount_at("tmpfs", CHANGES, "tmpfs", 0, NULL);
	mkdir(CHANGES "/upper", 0755);
	mkdir(CHANGES "/work", 0755);
	mount_at("overlay", HOST, "overlay", 0,
		 "lowerdir=" BASE ",upperdir=" CHANGES "/upper,workdir=" CHANGES
		 "/work");
	mount_at("tmpfs", HOST "/run", "tmpfs", 0, "mode=0755");
	mount_at("out", HOST "/run/lab", "9p", 0, P9);
	mount_again(HOST);
}

/* The checkout alone of the real machine. */
static void mount_checkout(const char *path)
{
	char there[PATH_SIZE], here[PATH_SIZE];

	mount_at("root", "/machine", "9p", MS_RDONLY, "cache=loose," P9);
	snprintf(there, sizeof(there), "/machine%s", path);
	snprintf(here, sizeof(here), HOST "%s", path);
	make_path(here);
	mount_at(there, here, NULL, MS_BIND, NULL);
}

static bool write_unit(char **args)
{
	FILE *f;

	make_path(WANTS);
	f = fopen(UNITS "/" UNIT, "we");
	if (!f || symlink("../" UNIT, WANTS "/" UNIT))
		return false;
	fprintf(f,
		"[Unit]\nDescription=the harness of the lab\n"
		"SuccessAction=poweroff-immediate\n"
		"FailureAction=poweroff-immediate\n"
		"[Service]\nWorkingDirectory=%s\nStandardOutput=tty\n"
		"TTYPath=/dev/console\n"
		"ExecStart=%s/build/lab/bin/labhost",
		args[0], args[0]);
	while (*++args)
		fprintf(f, " \"%s\"", *args);
	fprintf(f, "\n");
	return !fclose(f);
}

void debian_become(char **args)
{
	mount_root();
	mount_checkout(args[0]);
	if (!write_unit(args) || chdir(HOST) ||
	    mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		return;
	execl(SYSTEMD, "systemd", NULL);
}
