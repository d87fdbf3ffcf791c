// SPDX-License-Identifier: GPL-2.0-or-later
#include "tree.h"

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "test.h"

static char root[64];

int tree_make(void **state)
{
	(void)state;
	strcpy(root, "/tmp/vampctl-test-XXXXXX");
	assert_non_null(mkdtemp(root));
	host_set_root(root);
	return 0;
}

static int remove_one(const char *path, const struct stat *s, int kind,
		      struct FTW *walk)
{
	(void)s;
	(void)kind;
	(void)walk;
	return remove(path);
}

int tree_remove(void **state)
{
	(void)state;
	host_set_root("");
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void make_folders(char *path)
{
	for (char *p = path + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
}

void tree_put(const char *text, const char *path, ...)
{
	char real[PATH_MAX];
	int n = snprintf(real, sizeof(real), "%s", root);
	va_list ap;
	FILE *f;

	va_start(ap, path);
	vsnprintf(real + n, sizeof(real) - (size_t)n, path, ap);
	va_end(ap);
	make_folders(real);
	f = fopen(real, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

void tree_link(const char *target, const char *path)
{
	char real[PATH_MAX];

	snprintf(real, sizeof(real), "%s%s", root, path);
	make_folders(real);
	assert_int_equal(symlink(target, real), 0);
}

const char *tree_text(const char *path)
{
	static char text[8192];

	assert_true(host_read(path, text, sizeof(text)) >= 0);
	return text;
}

int tree_count(const char *folder)
{
	char real[PATH_MAX];
	struct dirent *e;
	int count = 0;
	DIR *dir;

	snprintf(real, sizeof(real), "%s%s", root, folder);
	dir = opendir(real);
	assert_non_null(dir);
	while ((e = readdir(dir)))
		count += e->d_name[0] != '.';
	closedir(dir);
	return count;
}
