// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"
#include "symbol.h"

#define QEMU "/usr/bin/qemu-system-x86_64"

__attribute__((noinline, used)) int a_function_of_the_test(int x);
int a_function_of_the_test(int x)
{
	return x * 3 + 1;
}

static int lookup(const char *path, const char *name, uint64_t *offset)
{
	int fd = open(path, O_RDONLY);
	int err;

	assert_true(fd >= 0);
	err = symbol_offset(fd, name, offset);
	close(fd);
	return err;
}

/* The bytes at the offset are those of the function as it runs. */
static void offset_is_where_the_code_is_in_the_file(void **state)
{
	char code[8];
	uint64_t at = 0;
	int fd;

	(void)state;
	assert_int_equal(
		lookup("/proc/self/exe", "a_function_of_the_test", &at), 0);
	fd = open("/proc/self/exe", O_RDONLY);
	assert_int_equal(pread(fd, code, sizeof(code), (off_t)at),
			 sizeof(code));
	close(fd);
	assert_memory_equal(code, (void *)a_function_of_the_test, sizeof(code));
}

static void stock_qemu_has_the_function(void **state)
{
	uint64_t at = 0;

	(void)state;
	if (access(QEMU, R_OK))
		skip();
	assert_int_equal(lookup(QEMU, PROBE_FUNCTION, &at), 0);
	assert_true(at > 0);
}

static void program_without_the_function_is_enoent(void **state)
{
	uint64_t at;

	(void)state;
	assert_int_equal(lookup("/bin/sleep", PROBE_FUNCTION, &at), -ENOENT);
}

static void imported_function_is_not_found(void **state)
{
	uint64_t at;

	(void)state;
	assert_int_equal(lookup("/bin/sleep", "nanosleep", &at), -ENOENT);
}

static void what_is_no_program_is_enoexec(void **state)
{
	uint64_t at;

	(void)state;
	assert_int_equal(lookup("/dev/null", "x", &at), -ENOEXEC);
	assert_int_equal(lookup("/etc/passwd", "x", &at), -ENOEXEC);
}

static void *read_self(size_t *size)
{
	FILE *f = fopen("/proc/self/exe", "rb");
	char *bytes;

	fseek(f, 0, SEEK_END);
	*size = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(*size);
	assert_int_equal(fread(bytes, 1, *size, f), *size);
	fclose(f);
	return bytes;
}

static int lookup_bytes(const void *bytes, size_t size)
{
	uint64_t at = 0;
	FILE *f = tmpfile();
	int err;

	assert_int_equal(fwrite(bytes, 1, size, f), size);
	fflush(f);
	err = symbol_offset(fileno(f), "a_function_of_the_test", &at);
	fclose(f);
	return err;
}

static void other_machines_are_enoexec(void **state)
{
	size_t size;
	Elf64_Ehdr *eh = read_self(&size);

	(void)state;
	eh->e_machine = EM_AARCH64;
	assert_int_equal(lookup_bytes(eh, size), -ENOEXEC);
	free(eh);
}

static void huge_tables_are_refused_unread(void **state)
{
	size_t size;
	char *bytes = read_self(&size);
	Elf64_Ehdr *eh = (Elf64_Ehdr *)bytes;
	Elf64_Shdr *sh = (Elf64_Shdr *)(bytes + eh->e_shoff);

	(void)state;
	for (int i = 0; i < eh->e_shnum; i++)
		if (sh[i].sh_type == SHT_DYNSYM)
			sh[i].sh_size = 1ull << 40;
	assert_int_equal(lookup_bytes(bytes, size), -EFBIG);
	free(bytes);
}

/* Any outcome but a crash will do; the sanitizers judge. */
static void damaged_files_do_no_harm(void **state)
{
	size_t size;
	unsigned char *bytes = read_self(&size);
	Elf64_Ehdr *eh = (Elf64_Ehdr *)bytes;

	(void)state;
	srand(1);
	for (int round = 0; round < 60; round++) {
		size_t table = (size_t)rand() % 2 ? eh->e_shoff : 0;
		size_t at = table + (size_t)rand() % 1024;
		unsigned char old = bytes[at % size];

		bytes[at % size] = (unsigned char)rand();
		lookup_bytes(bytes, round % 3 ? size : size / 2);
		bytes[at % size] = old;
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offset_is_where_the_code_is_in_the_file),
		cmocka_unit_test(stock_qemu_has_the_function),
		cmocka_unit_test(program_without_the_function_is_enoent),
		cmocka_unit_test(imported_function_is_not_found),
		cmocka_unit_test(what_is_no_program_is_enoexec),
		cmocka_unit_test(other_machines_are_enoexec),
		cmocka_unit_test(huge_tables_are_refused_unread),
		cmocka_unit_test(damaged_files_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
