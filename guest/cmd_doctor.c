// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_doctor.c - is there anything in this guest that makes vAMP ineffective? */
#include "command.h"

#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "audio.h"
#include "exit_code.h"
#include "files.h"
#include "log.h"
#include "machine.h"
#include "port.h"
#include "roots.h"
#include "state.h"

#define CAP_SYS_NICE	23
#define INITIAL_PID_NS	"pid:[4026531836]"
#define PORTS		"/sys/class/virtio-ports"

enum level {
	LEVEL_GOOD,
	LEVEL_NOTE,		/* worth knowing; nothing has to be done */
	LEVEL_UNKNOWN,		/* could not be told */
	LEVEL_PROBLEM,
	LEVELS
};

struct doctor {
	const char *port;
	bool quiet;
	bool no_port;
	unsigned int found[LEVELS];
};

static void say(struct doctor *d, enum level how, const char *rule,
		const char *text, const char *remedy)
{
	static const char *const names[LEVELS] = { "ok", "note", "unknown",
						   "problem" };

	d->found[how]++;
	if (d->quiet && how == LEVEL_GOOD)
		return;
	printf("%-8s %s: %s\n", names[how], rule, text);
	if (remedy)
		printf("%-8s -> %s\n", "", remedy);
}

/* ---- the rules ---- */

static void check_kernel(struct doctor *d)
{
	unsigned int major = 0, minor = 0;
	struct utsname u;

	if (uname(&u) || sscanf(u.release, "%u.%u", &major, &minor) != 2) {
		say(d, LEVEL_UNKNOWN, "kernel", "its release is not known",
		    NULL);
		return;
	}
	if (major > 6 || (major == 6 && minor >= 1))
		say(d, LEVEL_GOOD, "kernel", u.release, NULL);
	else
		say(d, LEVEL_PROBLEM, "kernel", u.release,
		    "vamp-guest is made for Linux 6.1 and later");
}

static void check_cpus(struct doctor *d)
{
	static struct machine m;
	char text[80];

	if (machine_read(&m)) {
		say(d, LEVEL_UNKNOWN, "cpus", "cannot be read", NULL);
		return;
	}
	snprintf(text, sizeof(text), "%u online", vamp_cpus_count(&m.online));
	if (vamp_cpus_count(&m.online) < 2)
		say(d, LEVEL_PROBLEM, "cpus", text,
		    "with one vCPU there is nothing to choose: give the VM more");
	else
		say(d, LEVEL_GOOD, "cpus", text, NULL);
}

/* The ports that the kernel has, whatever udev makes of them. */
struct ports {
	bool any;
	char ours[64];			/* the device that has our name, or "" */
};

static void look_at_port(struct ports *p, const char *device)
{
	char path[300], name[64];

	snprintf(path, sizeof(path), PORTS "/%s/name", device);
	if (device[0] == '.' || files_line(path, name, sizeof(name)))
		return;
	p->any = true;
	if (!strcmp(name, VAMP_CHANNEL_PORT))
		snprintf(p->ours, sizeof(p->ours), "%.63s", device);
}

static void look_at_ports(struct ports *p)
{
	DIR *dir = files_dir(PORTS);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		look_at_port(p, entry->d_name);
	if (dir)
		closedir(dir);
}

/* Nobody made it, or nobody made the link to it. */
static void say_absent(struct doctor *d)
{
	static const char give[] =
		"give the VM a virtio-serial port with the name " VAMP_CHANNEL_PORT;
	struct ports p = { .any = false };
	char text[160];

	d->no_port = true;
	look_at_ports(&p);
	if (p.ours[0]) {
		snprintf(text, sizeof(text),
			 "%s has the name, but there is no " PORT_PATH, p.ours);
		say(d, LEVEL_PROBLEM, "channel", text,
		    "start udev (systemd-udevd), which makes it");
	} else if (p.any) {
		say(d, LEVEL_PROBLEM, "channel",
		    "there is no such port, but others", give);
	} else {
		say(d, LEVEL_PROBLEM, "channel",
		    "there is no such port, nor any other; or virtio_console is "
		    "not loaded",
		    give);
	}
}

static void check_port(struct doctor *d)
{
	bool listens = false;
	int fd = port_open(d->port, &listens);

	if (fd == -EBUSY)
		say(d, LEVEL_GOOD, "channel", "in use by an agent", NULL);
	else if (fd == -ENOENT)
		say_absent(d);
	else if (fd < 0)
		say(d, LEVEL_PROBLEM, "channel", strerror(-fd),
		    "run vamp-guest as root");
	else if (!listens)
		say(d, LEVEL_PROBLEM, "channel", "the host does not listen",
		    "start vampd on the host");
	else
		say(d, LEVEL_GOOD, "channel", "the host listens", NULL);
	if (fd >= 0)
		close(fd);
}

static void check_processes(struct doctor *d)
{
	struct roots r = { .root = NULL };
	char text[120];
	int err = roots_open();

	if (err) {
		say(d, LEVEL_PROBLEM, "processes", roots_why(), NULL);
		return;
	}
	err = roots_read(&r);
	snprintf(text, sizeof(text), "%zu address spaces seen by BPF%s",
		 r.count,
		 roots_pti() ? ", page tables are isolated (two roots each)" :
			       "");
	if (err)
		say(d, LEVEL_PROBLEM, "processes", strerror(-err), NULL);
	else
		say(d, LEVEL_GOOD, "processes", text, NULL);
	roots_free(&r);
	roots_close();
}

static void check_namespace(struct doctor *d)
{
	char name[64];
	ssize_t n = readlink("/proc/self/ns/pid", name, sizeof(name) - 1);

	name[n > 0 ? n : 0] = '\0';
	if (!strcmp(name, INITIAL_PID_NS))
		say(d, LEVEL_GOOD, "namespace", "the guest's own", NULL);
	else
		say(d, LEVEL_PROBLEM, "namespace",
		    "processes outside this container are not seen",
		    "run vamp-guest in the guest itself");
}

/* 0 no, 1 yes, -1 not known. */
static int has_capability(unsigned int number)
{
	char text[4096], *line;
	unsigned long long set;

	if (files_read("/proc/self/status", text, sizeof(text)) < 0)
		return -1;
	line = strstr(text, "\nCapEff:");
	if (!line || sscanf(line, "\nCapEff: %llx", &set) != 1)
		return -1;
	return set >> number & 1;
}

static void check_permission(struct doctor *d)
{
	switch (has_capability(CAP_SYS_NICE)) {
	case 1:
		say(d, LEVEL_GOOD, "permission",
		    "CPUs and nice of all processes can be set", NULL);
		break;
	case 0:
		say(d, LEVEL_PROBLEM, "permission",
		    "CPUs and nice of other users' processes cannot be set",
		    "run vamp-guest as root (it needs CAP_SYS_NICE)");
		break;
	default:
		say(d, LEVEL_UNKNOWN, "permission", "cannot be read", NULL);
	}
}

static bool runs(const char *name)
{
	DIR *dir = files_dir("/proc");
	struct dirent *entry;
	char path[300], comm[32];
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		found = !files_line(path, comm, sizeof(comm)) &&
			!strcmp(comm, name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static void check_irqbalance(struct doctor *d)
{
	if (runs("irqbalance"))
		say(d, LEVEL_NOTE, "interrupts",
		    "irqbalance runs, and may move what -i keeps on fast vCPUs",
		    "stop it, or have it leave these alone (--banirq)");
	else
		say(d, LEVEL_GOOD, "interrupts", "nobody else moves them",
		    NULL);
}

static void check_sound(struct doctor *d)
{
	char text[160] = "asked are ";

	for (size_t i = 0; i < audio_server_kinds; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s, ", audio_servers[i]->name);
	strcat(text, "sound cards");
	if (audio_server_kinds == 2)
		say(d, LEVEL_GOOD, "sound", text, NULL);
	else
		say(d, LEVEL_NOTE, "sound", text,
		    "built without libpipewire-0.3 or libpulse: a card may play "
		    "a while longer than its server");
}

static void check_agent(struct doctor *d)
{
	if (state_is_locked())
		say(d, LEVEL_GOOD, "agent", "runs", NULL);
	else if (files_exist(STATE_FILE))
		say(d, LEVEL_PROBLEM, "agent",
		    "was killed, and has left threads on CPUs they were given",
		    "vamp-guest restore");
	else if (d->no_port)
		say(d, LEVEL_NOTE, "agent",
		    "does not run; the service waits for the port", NULL);
	else
		say(d, LEVEL_NOTE, "agent", "does not run",
		    "systemctl start vamp-guest");
}

/* ---- the command ---- */

static const struct argp_option options[] = {
	{ "port", 'P', "PATH", 0,
	  "The channel to the host: " PORT_PATH " if not given", 0 },
	{ "quiet", 'q', NULL, 0, "Leave out what is well", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct doctor *d = state->input;

	switch (key) {
	case 'P':
		d->port = arg;
		return 0;
	case 'q':
		d->quiet = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Looks for all that makes vAMP ineffective in this guest, "
		       "and says what to do about it. Ends with 0 if all is "
		       "well, 1 if there are problems, and 2 if there are none "
		       "but something could not be told.",
	};
	struct doctor d = { .port = PORT_PATH };

	if (argp_parse(&argp, argc, argv, 0, NULL, &d))
		return EXIT_CODE_USAGE;
	check_kernel(&d);
	check_cpus(&d);
	check_port(&d);
	check_processes(&d);
	check_namespace(&d);
	check_permission(&d);
	check_irqbalance(&d);
	check_sound(&d);
	check_agent(&d);
	if (d.found[LEVEL_PROBLEM])
		return EXIT_CODE_PROBLEMS;
	return d.found[LEVEL_UNKNOWN] ? EXIT_CODE_UNKNOWN : EXIT_CODE_OK;
}

const struct command command_doctor = {
	.name = "doctor",
	.about = "what makes vAMP ineffective here, and the remedy",
	.run = run,
};
