// SPDX-License-Identifier: GPL-2.0-or-later
#include "tree.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "test.h"

static char root[64];

int tree_make(void **state)
{
	(void)state;
	strcpy(root, "/tmp/vamp-guest-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	files_set_root(root);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

int tree_remove(void **state)
{
	(void)state;
	files_set_root("");
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void real_path(char *to, const char *path)
{
	assert_int_equal(files_path(to, PATH_MAX, "%s", path), 0);
}

static void make_parents(char *real)
{
	for (char *p = real + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(real, 0755);
		*p = '/';
	}
}

void tree_write(const char *path, const char *text)
{
	char real[PATH_MAX];
	FILE *f;

	real_path(real, path);
	make_parents(real);
	f = fopen(real, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

void tree_link(const char *path, const char *to)
{
	char real[PATH_MAX], target[PATH_MAX];

	real_path(real, path);
	real_path(target, to);
	make_parents(real);
	assert_int_equal(symlink(target, real), 0);
}

const char *tree_read(const char *path)
{
	static char text[65536];

	return files_read(path, text, sizeof(text)) < 0 ? NULL : text;
}
