// SPDX-License-Identifier: GPL-2.0-or-later
/* test_told.c - from the module's trace to a file, and back. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit_code.h"
#include "recording.h"
#include "scene.h"
#include "told.h"

#define MAKING(n)	((uint64_t)(n) << 40)

static char path[] = "/tmp/vampctl-told-XXXXXX";
static struct told told;
static struct scene scene;

static int set_up(void **state)
{
	int fd;

	(void)state;
	strcpy(strrchr(path, '-'), "-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	assert_true(told_begin(&told, pack_open(path)));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static bool tell(uint64_t seq, const char *op, int vcpu, const struct event *e)
{
	struct traced t = { .seq = seq,
			    .now = e->o.now,
			    .run_delay = e->o.run_delay,
			    .cpu_time = e->o.cpu_time,
			    .task = e->o.task_id,
			    .vcpu = vcpu,
			    .arg = e->arg };

	strcpy(t.op, op);
	return told_take(&told, &t);
}

static bool tell_op(uint64_t seq, const char *op)
{
	struct event e = { .o.now = SCENE_START, .o.task_id = 32, .arg = 2 };

	return tell(seq, op, -1, &e);
}

static void end(void)
{
	unsigned long long bytes;

	assert_true(told_end(&told));
	assert_true(pack_close(told.pack, &bytes));
	told_free(&told);
}

/* How many events of each kind the file has. */
static int count(uint32_t of[OP_COUNT])
{
	struct recording r;
	struct event e;
	enum stream_status status;
	int code = recording_open(&r, path);

	memset(of, 0, OP_COUNT * sizeof(of[0]));
	assert_int_equal(code, EXIT_CODE_OK);
	while ((status = stream_next(&r.stream, &e)) == STREAM_EVENT)
		of[e.op]++;
	recording_close(&r);
	return status == STREAM_END ? EXIT_CODE_OK : EXIT_CODE_DATA;
}

static void differs(void *arg, const struct player *p, const struct event *said,
		    const struct event *ours)
{
	(void)arg;
	(void)said;
	(void)ours;
	fail_msg("event %llu", (unsigned long long)p->seq);
}

static void what_was_told_can_be_played(void **state)
{
	static const struct player_hooks hooks = { .differs = differs };
	static struct scene answered;
	struct vamp_config cfg = { VAMP_CONFIG_DEFAULTS };
	struct recording r;
	struct player p;
	struct event e;
	uint32_t n = 0;

	(void)state;
	scene_whole(&scene);
	scene_answer(&scene, &answered);
	for (uint32_t i = 0; i < answered.nr; i++)
		assert_true(tell(MAKING(7) + i, op_kinds[answered.e[i].op].name,
				 (int)answered.e[i].vcpu, &answered.e[i]));
	end();
	assert_int_equal(recording_open(&r, path), EXIT_CODE_OK);
	player_init(&p, r.stream.format, &cfg, &hooks, NULL);
	while (stream_next(&r.stream, &e) == STREAM_EVENT) {
		assert_int_equal(e.op, n < answered.nr ? answered.e[n].op :
							 OP_FINISH);
		assert_true(player_play(&p, &e));
		n++;
	}
	player_end(&p);
	assert_int_equal(n, answered.nr + 1);
	player_free(&p);
	recording_close(&r);
}

static void it_begins_with_the_making(void **state)
{
	uint32_t of[OP_COUNT];

	(void)state;
	assert_true(tell_op(MAKING(3) + 900, "over"));
	assert_true(tell_op(MAKING(4), "make"));
	assert_true(tell_op(MAKING(3) + 901, "over"));
	assert_true(tell_op(MAKING(3) + 1, "step"));
	assert_true(tell_op(MAKING(4) + 1, "close"));
	end();
	assert_int_equal(count(of), EXIT_CODE_OK);
	assert_int_equal(of[OP_MAKE], 1);
	assert_int_equal(of[OP_CLOSE], 1);
	assert_int_equal(of[OP_OVER] + of[OP_STEP] + of[OP_LOST], 0);
}

static void another_making_ends_it(void **state)
{
	(void)state;
	assert_true(tell_op(MAKING(4), "make"));
	assert_false(told.remade);
	assert_true(tell_op(MAKING(5), "make"));
	assert_true(told.remade);
	end();
	assert_int_equal(told.events, 1);
}

static void parameters_come_once_and_by_name(void **state)
{
	struct event e = { .o.task_id = vamp_param_find("kvm_vamp"),
			   .arg = 13 };
	uint32_t of[OP_COUNT];

	(void)state;
	assert_true(tell_op(MAKING(4), "make"));
	assert_true(tell_op(MAKING(4) + 1, "config"));
	assert_true(tell(MAKING(4) + 2, "param", -1, &e));
	end();
	assert_int_equal(count(of), EXIT_CODE_OK);
	assert_int_equal(of[OP_PARAM], 1);
	assert_int_equal(of[OP_LOST], 0);
}

static void what_is_missing_is_in_the_file(void **state)
{
	uint32_t of[OP_COUNT];

	(void)state;
	assert_true(tell_op(MAKING(4), "make"));
	assert_true(tell_op(MAKING(4) + 5, "close"));
	end();
	assert_int_equal(count(of), EXIT_CODE_OK);
	assert_int_equal(of[OP_LOST], 1);
}

static void a_newer_module_is_not_recorded_wrongly(void **state)
{
	struct event e = { .o.task_id = VAMP_PARAMS };

	(void)state;
	assert_true(tell_op(MAKING(4), "make"));
	assert_false(tell_op(MAKING(4) + 1, "dance"));
	assert_non_null(strstr(told.error, "dance"));
	*told.error = '\0';
	assert_false(tell(MAKING(4) + 1, "param", -1, &e));
	*told.error = '\0';
	end();
}

static void only_its_owner_may_read_it_and_it_replaces_nothing(void **state)
{
	struct stat st;

	(void)state;
	assert_true(tell_op(MAKING(4), "make"));
	end();
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_null(pack_open(path));
	assert_int_equal(errno, EEXIST);
}

/* True if it can be read to its end; if not there is a reason. */
static bool is_good(void)
{
	struct recording r;
	struct event e;
	enum stream_status status = STREAM_BAD;

	if (!recording_open(&r, path))
		while ((status = stream_next(&r.stream, &e)) == STREAM_EVENT)
			;
	assert_true(status == STREAM_END || *r.stream.error);
	recording_close(&r);
	return status == STREAM_END;
}

/* Any part of a file is refused, and so is one with a changed byte. */
static void a_damaged_file_is_refused(void **state)
{
	static char bytes[65536];
	ssize_t size;
	int fd;

	(void)state;
	assert_true(tell_op(MAKING(4), "make"));
	for (int i = 1; i < 500; i++)
		assert_true(tell_op(MAKING(4) + i, i % 3 ? "close" : "over"));
	end();
	fd = open(path, O_RDWR);
	size = read(fd, bytes, sizeof(bytes));
	assert_true(size > 40);
	assert_true(is_good());
	for (ssize_t i = 0; i < size; i++) {
		bytes[i] ^= 0x10;
		assert_int_equal(pwrite(fd, bytes, size, 0), size);
		/* What zstd leaves unused may be anything. */
		assert_true(!is_good() || i < 6);
		bytes[i] ^= 0x10;
	}
	assert_int_equal(pwrite(fd, bytes, size, 0), size);
	for (ssize_t n = size - 1; n >= 0; n--) {
		assert_int_equal(ftruncate(fd, n), 0);
		assert_false(is_good());
	}
	close(fd);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_was_told_can_be_played),
		test(it_begins_with_the_making),
		test(another_making_ends_it),
		test(parameters_come_once_and_by_name),
		test(what_is_missing_is_in_the_file),
		test(a_newer_module_is_not_recorded_wrongly),
		test(only_its_owner_may_read_it_and_it_replaces_nothing),
		test(a_damaged_file_is_refused),
	};

	return cmocka_run_group_tests_name("told", tests, NULL, NULL);
}
