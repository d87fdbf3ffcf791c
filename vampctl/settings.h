/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settings.h - everything that can be set: the module's parameters and the
 * sysctls, with the bounds that the module itself has.
 */
#ifndef VAMPCTL_SETTINGS_H
#define VAMPCTL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#define SETTING_VALUE	16	/* bytes, with the end */
#define SETTINGS_MAX	32

struct setting {
	const char *name;
	bool sysctl;		/* else the module's parameter */
	bool at_load;		/* can only be set when the module is loaded */
	bool or_zero;		/* 0 is allowed besides min..max */
	unsigned int min, max;
	const char *words;	/* "vamp|vee14": these instead of a number */
	const char *about;
};

extern const struct setting settings[];
extern const size_t settings_count;

/* NULL: there is none of that name. */
const struct setting *setting_find(const char *name);

/* Where it is, from the host's root. */
void setting_path(const struct setting *s, char *path, size_t size);

/*
 * @text as it is to be written: decimal, or a word. 0 or -EINVAL not a value of
 * this setting.
 */
int setting_parse(const struct setting *s, const char *text,
		  char value[SETTING_VALUE]);

/* What is allowed: "0..38". */
void setting_range(const struct setting *s, char *to, size_t size);

/* 0 or -errno: ENOENT the module is not loaded, or is older. */
int setting_read(const struct setting *s, char value[SETTING_VALUE]);
int setting_write(const struct setting *s, const char *value);

#endif /* VAMPCTL_SETTINGS_H */
