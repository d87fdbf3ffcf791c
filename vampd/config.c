// SPDX-License-Identifier: GPL-2.0-or-later
#include "config.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "settings.h"

/* libinih cuts longer ones and does not say so. */
#define SECTION_MAX	48
#define KEY_MAX		48
#define LISTEN_DEFAULT	"127.0.0.1:9710"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A file that is being read. */
struct reading {
	struct config *to;
	const char *path;
	FILE *file;
	int line;
	int wrong_line;
	char *wrong;
	size_t size;
};

static const char *take_flag(const char *value, bool *to)
{
	static const char *const words[][2] = { { "no", "yes" },
						{ "off", "on" },
						{ "false", "true" } };

	for (size_t i = 0; i < COUNT(words); i++)
		for (int is = 0; is < 2; is++)
			if (!strcmp(value, words[i][is])) {
				*to = is;
				return NULL;
			}
	return "not yes or no";
}

/* A decimal or, with 0x, hexadecimal number. */
static bool take_number(const char *value, unsigned long first,
			unsigned long last, unsigned long *to)
{
	char *end;

	if (value[0] < '0' || value[0] > '9')
		return false;
	errno = 0;
	*to = strtoul(value, &end, strncmp(value, "0x", 2) ? 10 : 16);
	return !errno && !*end && *to >= first && *to <= last;
}

static const char *take_nice(struct config *c, struct config_vm *vm,
			     const char *value)
{
	unsigned long n;

	(void)vm;
	if (!take_number(value, 0, SETTINGS_NICE_MAX, &n))
		return "not a number from 0 to 38";
	c->nice = (int)n;
	return NULL;
}

static const char *take_policy(struct config *c, struct config_vm *vm,
			       const char *value)
{
	(void)vm;
	if (strcmp(value, "vamp") && strcmp(value, "vee14"))
		return "not vamp or vee14";
	strcpy(c->policy, value);
	return NULL;
}

static const char *take_discover(struct config *c, struct config_vm *vm,
				 const char *value)
{
	(void)vm;
	return take_flag(value, &c->discover_sound);
}

static const char *take_ports(struct config *c, struct config_vm *vm,
			      const char *value)
{
	(void)vm;
	return take_flag(value, &c->ports);
}

static const char *take_mend(struct config *c, struct config_vm *vm,
			     const char *value)
{
	(void)vm;
	return take_flag(value, &c->mend_cgroups);
}

static const char *take_restore(struct config *c, struct config_vm *vm,
				const char *value)
{
	(void)vm;
	return take_flag(value, &c->restore_cgroups);
}

static const char *take_listen(struct config *c, struct config_vm *vm,
			       const char *value)
{
	struct address a;
	bool on = true;

	(void)vm;
	if (!take_flag(value, &on)) {
		strcpy(c->listen, on ? LISTEN_DEFAULT : "");
		return NULL;
	}
	if (strlen(value) >= sizeof(c->listen) || address_parse(value, &a))
		return "not off, on, ADDRESS:PORT or [ADDRESS]:PORT, in numbers";
	strcpy(c->listen, value);
	return NULL;
}

static const char *take_talk(struct config *c, struct config_vm *vm,
			     const char *value)
{
	(void)vm;
	return take_flag(value, &c->talk);
}

static const char *take_vm_talk(struct config *c, struct config_vm *vm,
				const char *value)
{
	(void)c;
	vm->talk_is_set = true;
	return take_flag(value, &vm->talk);
}

static const char *take_ignore(struct config *c, struct config_vm *vm,
			       const char *value)
{
	(void)c;
	return take_flag(value, &vm->ignore);
}

static const char *take_vm_mend(struct config *c, struct config_vm *vm,
				const char *value)
{
	(void)c;
	vm->mend_is_set = true;
	return take_flag(value, &vm->mend_cgroups);
}

static const char *take_sound(struct config *c, struct config_vm *vm,
			      const char *value)
{
	(void)c;
	return ranges_parse(value, &vm->sound);
}

static const char *take_vector(struct config *c, struct config_vm *vm,
			       const char *value)
{
	unsigned long n;

	(void)c;
	if (!take_number(value, 32, 255, &n))
		return "not a vector from 32 to 255";
	vm->vector = (uint32_t)n;
	return NULL;
}

static const struct key {
	const char *section;	/* "vm": of one VM */
	const char *name;
	/* Takes a value: NULL, or what is wrong with it. */
	const char *(*take)(struct config *c, struct config_vm *vm,
			    const char *value);
	bool repeats;
} keys[] = {
	{ "vampd", "nice", take_nice, false },
	{ "vampd", "policy", take_policy, false },
	{ "input", "ports", take_ports, false },
	{ "sound", "discover", take_discover, false },
	{ "cgroups", "mend", take_mend, false },
	{ "cgroups", "restore", take_restore, false },
	{ "guests", "talk", take_talk, false },
	{ "metrics", "listen", take_listen, false },
	{ "vm", "ignore", take_ignore, false },
	{ "vm", "mend-cgroups", take_vm_mend, false },
	{ "vm", "talk", take_vm_talk, false },
	{ "vm", "sound", take_sound, true },
	{ "vm", "reschedule-vector", take_vector, false },
};

_Static_assert(COUNT(keys) <= 32, "one bit for each key");

/* Only the first mistake is told. Always 0, for libinih. */
static int __attribute__((format(printf, 2, 3)))
mistake(struct reading *r, const char *fmt, ...)
{
	size_t used = 0;
	va_list ap;
	int n;

	if (*r->wrong)
		return 0;
	r->wrong_line = r->line;
	n = snprintf(r->wrong, r->size, "%s:%d: ", r->path, r->line);
	if (n > 0 && (size_t)n < r->size)
		used = (size_t)n;
	va_start(ap, fmt);
	vsnprintf(r->wrong + used, r->size - used, fmt, ap);
	va_end(ap);
	return 0;
}

/* The pattern of a section [vm "PATTERN"]: its bytes, 0 when it is none. */
static size_t pattern_of(const char *section, const char **pattern)
{
	size_t size = strlen(section);

	if (size < 6 || strncmp(section, "vm \"", 4) ||
	    section[size - 1] != '"')
		return 0;
	*pattern = section + 4;
	return size - 5;
}

static struct config_vm *find_or_add(struct config *c, const char *pattern,
				     size_t size)
{
	struct config_vm *vm;

	for (size_t i = 0; i < c->vms; i++)
		if (strlen(c->vm[i].pattern) == size &&
		    !memcmp(c->vm[i].pattern, pattern, size))
			return &c->vm[i];
	if (!c->vm)
		c->vm = calloc(CONFIG_VMS_MAX, sizeof(*c->vm));
	if (!c->vm || c->vms == CONFIG_VMS_MAX)
		return NULL;
	vm = &c->vm[c->vms++];
	memcpy(vm->pattern, pattern, size);
	return vm;
}

static const struct key *find_key(const char *section, const char *name)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		if (!strcmp(keys[i].section, section) &&
		    !strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static bool is_section(const char *section)
{
	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(section, "vm") && !strcmp(keys[i].section, section))
			return true;
	return false;
}

/* "nice, policy": what a section may have. */
static const char *known_keys(const char *section, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < COUNT(keys); i++)
		if (!strcmp(keys[i].section, section) && used < size)
			used += (size_t)snprintf(text + used, size - used,
						 "%s%s", used ? ", " : "",
						 keys[i].name);
	return text;
}

static int take(struct reading *r, const struct key *k, struct config_vm *vm,
		const char *value)
{
	uint32_t bit = 1u << (k - keys);
	uint32_t *given = vm ? &vm->given : &r->to->given;
	const char *wrong;

	if (*given & bit && !k->repeats)
		return mistake(r, "%s is given twice", k->name);
	*given |= bit;
	wrong = k->take(r->to, vm, value);
	return wrong ? mistake(r, "%s = %s: %s", k->name, value, wrong) : 1;
}

static int no_section(struct reading *r, const char *section)
{
	if (!*section)
		return mistake(r, "a key before the first [section]");
	return mistake(
		r,
		"no such section [%s]; there are [vampd], [input], [sound], [cgroups], [guests], [metrics] and [vm \"NAME\"]",
		section);
}

/* libinih's: 0 is an error, after which it goes on. */
static int on_key(void *context, const char *section, const char *name,
		  const char *value)
{
	struct reading *r = context;
	struct config_vm *vm = NULL;
	const char *pattern, *kind = section;
	size_t size = pattern_of(section, &pattern);
	const struct key *k;
	char known[128];

	if (strlen(section) > SECTION_MAX || strlen(name) > KEY_MAX)
		return mistake(r, "a section or key longer than %d bytes",
			       SECTION_MAX);
	if (size)
		kind = "vm";
	else if (!is_section(section))
		return no_section(r, section);
	k = find_key(kind, name);
	if (!k)
		return mistake(r, "no such key '%s' in [%s]; there are: %s",
			       name, section,
			       known_keys(kind, known, sizeof(known)));
	if (size) {
		vm = find_or_add(r->to, pattern, size);
		if (!vm)
			return mistake(r, "more than %d [vm] sections",
				       CONFIG_VMS_MAX);
	}
	return take(r, k, vm, value);
}

/* libinih's: counts lines, which it does not tell, and never splits one. */
static char *next_line(char *to, int room, void *context)
{
	struct reading *r = context;
	char *line = fgets(to, room, r->file);

	if (!line)
		return NULL;
	r->line++;
	if (!strchr(line, '\n') && !feof(r->file)) {
		mistake(r, "the line is longer than %d bytes", room - 2);
		return NULL;
	}
	return line;
}

static int parse(struct reading *r)
{
	int line = ini_parse_stream(next_line, r, on_key, r);

	if (line == -2) {
		mistake(r, "out of memory");
		return -ENOMEM;
	}
	/* A line that is no ini is passed over, which makes others wrong. */
	if (line && (!*r->wrong || line < r->wrong_line)) {
		*r->wrong = '\0';
		r->line = line;
		mistake(r, "neither [section] nor key = value");
	}
	if (ferror(r->file))
		mistake(r, "%s", strerror(errno));
	return *r->wrong ? -EINVAL : 0;
}

void config_default(struct config *c)
{
	*c = (struct config){
		.nice = -1,
		.discover_sound = true,
		.ports = true,
		.mend_cgroups = true,
		.restore_cgroups = true,
		.talk = true,
	};
}

int config_read(const char *path, struct config *c, char *wrong, size_t size)
{
	struct reading r = {
		.to = c, .path = path, .wrong = wrong, .size = size
	};
	int err;

	wrong[0] = '\0';
	config_default(c);
	r.file = fopen(path, "re");
	if (!r.file) {
		err = -errno;
		snprintf(wrong, size, "%s: %s", path, strerror(errno));
		return err;
	}
	err = parse(&r);
	fclose(r.file);
	if (err)
		config_free(c);
	return err;
}

void config_free(struct config *c)
{
	free(c->vm);
	config_default(c);
}

const struct config_vm *config_of_vm(const struct config *c,
				     const struct vm_name *name)
{
	for (size_t i = 0; i < c->vms; i++)
		if (name_matches(name, c->vm[i].pattern))
			return &c->vm[i];
	return NULL;
}

bool config_mends(const struct config *c, const struct config_vm *vm)
{
	return vm && vm->mend_is_set ? vm->mend_cgroups : c->mend_cgroups;
}

bool config_talks(const struct config *c, const struct config_vm *vm)
{
	return vm && vm->talk_is_set ? vm->talk : c->talk;
}
