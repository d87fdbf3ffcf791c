// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * count.c - a plugin for the emulator: how often each block of the emulated
 * host's modules was executed, and of how many instructions it is.
 *
 *	-plugin count.so,out=FILE
 *
 * Writes "address instructions executions" for every block to FILE at the end;
 * count.awk makes functions of them. Only code in the modules' part of the
 * address space is counted, so that the rest runs as fast as ever.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define API_VERSION	2	/* the oldest with all that is used here */
#define MODULES_FIRST	0xffffffffc0000000ull
#define BLOCKS		65536

/* The part of the emulator's plugin interface that is used. */
struct qemu_plugin_tb;
typedef uint64_t qemu_plugin_id_t;
struct qemu_info_t;
extern void qemu_plugin_register_vcpu_tb_trans_cb(
	qemu_plugin_id_t id,
	void (*cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb));
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
						 void (*cb)(unsigned int cpu,
							    void *data),
						 int flags, void *data);
extern void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
					   void (*cb)(qemu_plugin_id_t id,
						      void *data),
					   void *data);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);

__attribute__((visibility("default"))) int qemu_plugin_version = API_VERSION;

struct block {
	uint64_t address;
	uint64_t executions;
	size_t instructions;
};

static struct block blocks[BLOCKS];	/* appended to under lock */
static unsigned int nr_blocks;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *path;

static void executed(unsigned int cpu, void *data)
{
	struct block *b = data;

	(void)cpu;
	__atomic_add_fetch(&b->executions, 1, __ATOMIC_RELAXED);
}

/* The same code may be translated several times: then it has several blocks. */
static struct block *new_block(void)
{
	struct block *b = NULL;

	pthread_mutex_lock(&lock);
	if (nr_blocks < BLOCKS)
		b = &blocks[nr_blocks++];
	pthread_mutex_unlock(&lock);
	return b;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t address = qemu_plugin_tb_vaddr(tb);
	struct block *b;

	(void)id;
	if (address < MODULES_FIRST)
		return;
	b = new_block();
	if (!b)
		return;
	b->address = address;
	b->instructions = qemu_plugin_tb_n_insns(tb);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, 0, b);
}

static void finish(qemu_plugin_id_t id, void *data)
{
	FILE *f = fopen(path, "we");

	(void)id;
	(void)data;
	if (!f)
		return;
	for (unsigned int i = 0; i < nr_blocks; i++)
		if (blocks[i].executions)
			fprintf(f, "%llx %zu %llu\n",
				(unsigned long long)blocks[i].address,
				blocks[i].instructions,
				(unsigned long long)blocks[i].executions);
	if (nr_blocks == BLOCKS)
		fprintf(f, "overflow\n");
	fclose(f);
}

__attribute__((visibility("default"))) int
qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
		    int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return 1;
	path = argv[0] + 4;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
