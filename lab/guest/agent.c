// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * agent.c - starts and watches the guest's workloads on the harness's word.
 *
 * One command a line, one answer a line:
 *	hogs N          start N background processes		OK
 *	duty P [P...]   start one for each percentage		OK
 *	stop, cont      stop and continue all of them		OK
 *	kill            end all of them				OK
 *	app AMOUNT      (re)start the application		A (from it)
 *	time AMOUNT     do the work here			T ns
 *	stat            S now work cpu_ns [cpu_ns...]
 *	off             power off
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"
#include "guest.h"
#include "work.h"

static struct board_slot *board;
static pid_t hogs[BOARD_SLOTS];
static unsigned int nr_hogs;
static pid_t app;

static pid_t start(const char *name, const char *arg1, const char *arg2)
{
	pid_t pid = fork();

	if (!pid) {
		execl("/init", name, arg1, arg2, NULL);
		_exit(127);
	}
	return pid;
}

static void start_hog(const char *duty)
{
	char slot[12];

	if (nr_hogs == BOARD_SLOTS)
		return;
	snprintf(slot, sizeof(slot), "%u", nr_hogs);
	hogs[nr_hogs++] = start("hog", slot, duty);
}

static void signal_hogs(int sig)
{
	for (unsigned int i = 0; i < nr_hogs; i++)
		kill(hogs[i], sig);
}

static void kill_hogs(void)
{
	signal_hogs(SIGKILL);
	while (nr_hogs)
		waitpid(hogs[--nr_hogs], NULL, 0);
}

static void start_app(const char *amount)
{
	if (app > 0) {
		kill(app, SIGKILL);
		waitpid(app, NULL, 0);
	}
	app = start("app", amount, NULL);
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

static void report_stat(int channel)
{
	unsigned long long work = 0;
	char line[256];
	int len;

	for (unsigned int i = 0; i < BOARD_SLOTS; i++)
		work += board[i].work;
	len = snprintf(line, sizeof(line), "S %llu %llu",
		       (unsigned long long)now_ns(), work);
	for (unsigned int i = 0; i < nr_hogs; i++)
		len += snprintf(line + len, sizeof(line) - len, " %llu",
				cpu_ns(hogs[i]));
	dprintf(channel, "%s\n", line);
}

static void report_time(int channel, unsigned int amount)
{
	uint64_t start = now_ns();

	work(amount);
	dprintf(channel, "T %llu\n", (unsigned long long)(now_ns() - start));
}

/* Commands that are answered with a plain OK; 0 if @verb is none of them. */
static int simple_command(const char *verb, char **rest)
{
	const char *word;

	if (!strcmp(verb, "hogs"))
		for (int n = atoi(*rest); n > 0; n--)
			start_hog("100");
	else if (!strcmp(verb, "duty"))
		while ((word = strtok_r(NULL, " ", rest)))
			start_hog(word);
	else if (!strcmp(verb, "stop"))
		signal_hogs(SIGSTOP);
	else if (!strcmp(verb, "cont"))
		signal_hogs(SIGCONT);
	else if (!strcmp(verb, "kill"))
		kill_hogs();
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
	if (simple_command(verb, &rest))
		dprintf(channel, "OK\n");
	else if (!strcmp(verb, "app"))
		start_app(rest);
	else if (!strcmp(verb, "time"))
		report_time(channel, atoi(rest));
	else if (!strcmp(verb, "stat"))
		report_stat(channel);
	else
		dprintf(channel, "? %s\n", verb);
}

void agent_serve(int channel)
{
	FILE *in = fdopen(channel, "r");
	char line[128];

	board = board_map();
	if (!in || !board)
		return;
	dprintf(channel, "H\n");
	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\r\n")] = 0;
		if (!strcmp(line, "off"))
			return;
		obey(channel, line);
	}
}
