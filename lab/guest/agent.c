// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * agent.c - starts and watches the guest's workloads on the harness's word.
 *
 * One command a line, one answer a line:
 *	hogs N          start N background processes		OK
 *	duty P [P...]   start one for each percentage		OK
 *	shell           start one that runs short processes	OK
 *	jobs NAME...	start some that run the desktop's programs	OK
 *	desktop		start the desktop's session		OK
 *	stop, cont      stop and continue all of them		OK
 *	kill            end all of them				OK
 *	renice N        give them this nice			OK
 *	autogroup B     divide by session (1) or not (0)	OK
 *	app AMOUNT [THREADS]	(re)start the application	A (from it)
 *	bar DEVICE      registers of ac97 or hda		B first last io
 *	play AMOUNT PERIOD_MS DEVICE	start player and sound server	OK
 *	mute            end both				OK
 *	playstat        P periods missed status of both (-1: it runs)
 *			cpu_ns of both
 *	online N        switch vCPU N on				OK
 *	time AMOUNT     do the work here			T ns
 *	extension [OPTION...]	start vamp-guest		OK
 *	end SIGNAL      end it by that signal			OK
 *	hold, go        stop and continue it			OK
 *	lie WHAT        start an agent that lies to the host	OK
 *	truth           end that one				OK
 *	keep            remember where all may run		OK
 *	same            is that as remembered?			M yes, or M no WHAT
 *	sh COMMAND	run it in the guest's shell		R status last line
 *	film N          (re)start the desktop's player with this film	OK
 *	filmstat        F now plays frame dropped cpu_ns
 *	stat            S now work cpu_ns [cpu_ns...]
 *	off             power off
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"
#include "cputime.h"
#include "desk.h"
#include "extension.h"
#include "film.h"
#include "guest.h"
#include "pci.h"
#include "places.h"
#include "work.h"

#define AUTOGROUP	"/proc/sys/kernel/sched_autogroup_enabled"

static struct board *board;
static pid_t hogs[BOARD_SLOTS];
static bool is_job[BOARD_SLOTS];	/* a group of processes */
static unsigned int nr_hogs;
static pid_t app, player, server, liar;

/* Of a session of its own; else of a process group of its own. */
static pid_t start_in(bool session, const char *name, const char *arg1,
		      const char *arg2)
{
	pid_t pid = fork();

	if (!pid) {
		if (session)
			setsid();
		else
			setpgid(0, 0);
		execl("/init", name, arg1, arg2, NULL);
		_exit(127);
	}
	if (!session)
		setpgid(pid, pid);	/* whoever comes first */
	return pid;
}

static pid_t start(const char *name, const char *arg1, const char *arg2)
{
	return start_in(false, name, arg1, arg2);
}

static void start_background(const char *program, const char *what)
{
	char slot[12];

	if (nr_hogs == BOARD_SLOTS)
		return;
	snprintf(slot, sizeof(slot), "%u", nr_hogs);
	is_job[nr_hogs] = !strcmp(program, "job");
	hogs[nr_hogs++] = start(program, slot, what);
}

static void signal_hogs(int sig)
{
	for (unsigned int i = 0; i < nr_hogs; i++)
		kill(-hogs[i], sig);
}

static void renice_hogs(int nice)
{
	for (unsigned int i = 0; i < nr_hogs; i++)
		setpriority(PRIO_PGRP, hogs[i], nice);
}

static void kill_hogs(void)
{
	signal_hogs(SIGKILL);
	while (nr_hogs)
		waitpid(hogs[--nr_hogs], NULL, 0);
}

static void end(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

/* "AMOUNT [THREADS]" */
static void start_app(char **rest)
{
	const char *amount = strtok_r(NULL, " ", rest);

	end(&app);
	app = start_in(true, "app", amount, strtok_r(NULL, " ", rest));
}

static void start_liar(const char *what)
{
	extension_prepare();
	end(&liar);
	liar = start("liar", what, NULL);
}

/* @from and @to become its standard input and output, unless below 0. */
static pid_t start_piped(int from, int to, char *const argv[])
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (from >= 0)
		dup2(from, 0);
	if (to >= 0)
		dup2(to, 1);
	execv("/init", argv);
	_exit(127);
}

static void mute(void)
{
	end(&player);
	end(&server);
}

/* "AMOUNT PERIOD_MS DEVICE" */
static void play(char **rest)
{
	char *amount = strtok_r(NULL, " ", rest);
	char *period = strtok_r(NULL, " ", rest);
	char *device = strtok_r(NULL, " ", rest);
	char *server_argv[] = { "server", device, NULL };
	char *player_argv[] = { "player", amount, period, NULL };
	int fd[2];

	mute();
	if (!device || pipe2(fd, O_CLOEXEC))
		return;
	server = start_piped(fd[0], -1, server_argv);
	player = start_piped(-1, fd[1], player_argv);
	close(fd[0]);
	close(fd[1]);
}

/* Its exit status, or -1 while it runs. */
static int status_of(pid_t *pid)
{
	int status;

	if (*pid <= 0 || waitpid(*pid, &status, WNOHANG) != *pid)
		return -1;
	*pid = 0;
	return status;
}

static void report_bar(int channel, const char *device)
{
	struct pci_bar bar;

	if (pci_find(device, &bar))
		dprintf(channel, "? no %s\n", device);
	else
		dprintf(channel, "B %llu %llu %d\n",
			(unsigned long long)bar.first,
			(unsigned long long)bar.last, bar.is_io);
}

static unsigned long long cpu_ns(pid_t pid)
{
	unsigned long long ns = 0;
	char path[32];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	fclose(f);
	return ns;
}

static void report_play(int channel)
{
	int statuses[] = { status_of(&player), status_of(&server) };

	dprintf(channel, "P %llu %llu %d %d %llu %llu\n",
		(unsigned long long)board->periods,
		(unsigned long long)board->missed, statuses[0], statuses[1],
		cpu_ns(player), cpu_ns(server));
}

static void report_stat(int channel)
{
	unsigned long long work = 0;
	char line[256];
	int len;

	for (unsigned int i = 0; i < BOARD_SLOTS; i++)
		work += board->slot[i].work;
	len = snprintf(line, sizeof(line), "S %llu %llu",
		       (unsigned long long)now_ns(), work);
	for (unsigned int i = 0; i < nr_hogs; i++)
		len += snprintf(line + len, sizeof(line) - len, " %llu",
				is_job[i] ? cputime_group_ns(hogs[i]) :
					    cpu_ns(hogs[i]));
	dprintf(channel, "%s\n", line);
}

static void report_film(int channel)
{
	uint64_t frame = 0, dropped = 0;
	bool plays = film_look(&frame, &dropped);

	dprintf(channel, "F %llu %d %llu %llu %llu\n",
		(unsigned long long)now_ns(), plays, (unsigned long long)frame,
		(unsigned long long)dropped, (unsigned long long)film_cpu_ns());
}

static void report_time(int channel, unsigned int amount)
{
	uint64_t start = now_ns();

	work(amount);
	dprintf(channel, "T %llu\n", (unsigned long long)(now_ns() - start));
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	dprintf(fd, "%s", text);
	close(fd);
}

/* Some kernels do that themselves: no error. */
static void switch_on(const char *cpu)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%.4s/online",
		 cpu);
	write_file(path, "1");
}

/* Cgroups that it will find are there before. */
static void keep(void)
{
	extension_prepare();
	places_keep();
}

static void report_places(int channel)
{
	char what[320];

	if (places_same(what, sizeof(what)))
		dprintf(channel, "M yes\n");
	else
		dprintf(channel, "M no %s\n", what);
}

/* What it says last is what it has to say. */
static void report_shell(int channel, const char *command)
{
	char line[192], last[192] = "";
	FILE *f = popen(command, "re");

	while (f && fgets(line, sizeof(line), f))
		if (*line != '\n')
			snprintf(last, sizeof(last), "%s", line);
	last[strcspn(last, "\n")] = 0;
	dprintf(channel, "R %d %s\n", f ? pclose(f) : -1, last);
}

/* Answered with OK too; 0 if @verb is none of them, or there is no extension. */
static int extension_command(const char *verb, char **rest)
{
	if (!strcmp(verb, "extension"))
		return extension_start(*rest);
	if (!strcmp(verb, "end"))
		return extension_end(atoi(*rest)) >= 0;
	if (!strcmp(verb, "hold"))
		return extension_signal(SIGSTOP);
	if (!strcmp(verb, "go"))
		return extension_signal(SIGCONT);
	if (!strcmp(verb, "lie"))
		start_liar(*rest);
	else if (!strcmp(verb, "truth"))
		end(&liar);
	else if (!strcmp(verb, "keep"))
		keep();
	else
		return 0;
	return 1;
}

/* Commands that are answered with a plain OK; 0 if @verb is none of them. */
static int simple_command(const char *verb, char **rest)
{
	const char *word;

	if (!strcmp(verb, "hogs"))
		for (int n = atoi(*rest); n > 0; n--)
			start_background("hog", "100");
	else if (!strcmp(verb, "duty"))
		while ((word = strtok_r(NULL, " ", rest)))
			start_background("hog", word);
	else if (!strcmp(verb, "shell"))
		start_background("shell", NULL);
	else if (!strcmp(verb, "desktop"))
		return desk_start();
	else if (!strcmp(verb, "film"))
		return film_start(atoi(*rest));
	else if (!strcmp(verb, "jobs"))
		while ((word = strtok_r(NULL, " ", rest)))
			start_background("job", word);
	else if (!strcmp(verb, "stop"))
		signal_hogs(SIGSTOP);
	else if (!strcmp(verb, "cont"))
		signal_hogs(SIGCONT);
	else if (!strcmp(verb, "kill"))
		kill_hogs();
	else if (!strcmp(verb, "renice"))
		renice_hogs(atoi(*rest));
	else if (!strcmp(verb, "autogroup"))
		write_file(AUTOGROUP, *rest);
	else if (!strcmp(verb, "play"))
		play(rest);
	else if (!strcmp(verb, "mute"))
		mute();
	else if (!strcmp(verb, "online"))
		switch_on(*rest);
	else
		return 0;
	return 1;
}

static void obey(int channel, char *line)
{
	char *rest = NULL;
	const char *verb = strtok_r(line, " ", &rest);

	if (!verb)
		return;
	if (simple_command(verb, &rest) || extension_command(verb, &rest))
		dprintf(channel, "OK\n");
	else if (!strcmp(verb, "app"))
		start_app(&rest);
	else if (!strcmp(verb, "time"))
		report_time(channel, atoi(rest));
	else if (!strcmp(verb, "bar"))
		report_bar(channel, rest);
	else if (!strcmp(verb, "playstat"))
		report_play(channel);
	else if (!strcmp(verb, "stat"))
		report_stat(channel);
	else if (!strcmp(verb, "filmstat"))
		report_film(channel);
	else if (!strcmp(verb, "sh"))
		report_shell(channel, rest);
	else if (!strcmp(verb, "same"))
		report_places(channel);
	else
		dprintf(channel, "? %s\n", verb);
}

void agent_serve(int channel)
{
	FILE *in = fdopen(channel, "r");
	char line[512];

	board = board_map();
	if (!in || !board)
		return;
	/* One session for the background work, as a terminal would make it. */
	setsid();
	write_file(AUTOGROUP, "0");
	dprintf(channel, "H\n");
	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\r\n")] = 0;
		if (!strcmp(line, "off"))
			return;
		obey(channel, line);
	}
}
