// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tasks.h"
#include "threads.h"

#define MANY	500

static sem_t born, end;
static pid_t thread_tid;

static void *narrow_thread(void *cpus)
{
	thread_tid = gettid();
	assert_int_equal(task_set_cpus(thread_tid, cpus), 0);
	assert_int_equal(task_set_nice(thread_tid, 7), 0);
	sem_post(&born);
	sem_wait(&end);
	return NULL;
}

/* Of BPF; the test is skipped where that is not allowed. */
static void read_both(struct tasks *bpf, struct tasks *proc)
{
	int err = threads_open();

	if (err) {
		printf("threads_open: %d, so this is\n", err);
		skip();
	}
	assert_int_equal(tasks_read(bpf), 0);
	threads_close();
	assert_int_equal(tasks_read(proc), 0);
}

/* In wait(2) until @ends is closed; its child is what it waits for. */
static pid_t waiter(int ends[2])
{
	pid_t pid = fork();
	char c;

	if (pid)
		return pid;
	close(ends[1]);
	if (!fork()) {
		(void)!read(ends[0], &c, 1);
		_exit(0);
	}
	wait(NULL);
	_exit(0);
}

static void assert_same(const struct task *a, const struct task *b)
{
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(a->tgid, b->tgid);
	assert_int_equal(a->ppid, b->ppid);
	assert_int_equal(a->start, b->start);
	assert_int_equal(a->nice, b->nice);
	assert_true(vamp_cpus_equal(&a->now, &b->now));
}

static void assert_known(const struct tasks *bpf, const struct tasks *proc,
			 pid_t tid)
{
	assert_same(tasks_find(bpf, tid), tasks_find(proc, tid));
}

static void bpf_tells_of_threads_and_children_what_proc_tells(void **state)
{
	struct tasks bpf = { .task = NULL }, proc = { .task = NULL };
	struct vamp_cpus first = { { 0 } };
	pthread_t thread;
	pid_t child;

	(void)state;
	vamp_cpus_add(&first, 0);
	sem_init(&born, 0, 0);
	sem_init(&end, 0, 0);
	assert_int_equal(pthread_create(&thread, NULL, narrow_thread, &first),
			 0);
	sem_wait(&born);
	child = fork();
	if (!child) {
		pause();
		_exit(0);
	}
	read_both(&bpf, &proc);
	assert_known(&bpf, &proc, getpid());
	assert_known(&bpf, &proc, child);
	assert_known(&bpf, &proc, thread_tid);
	assert_true(
		vamp_cpus_equal(&tasks_find(&bpf, thread_tid)->now, &first));
	assert_int_equal(tasks_find(&bpf, thread_tid)->nice, 7);
	assert_null(tasks_find(&bpf, 2));	/* kthreadd */
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	sem_post(&end);
	pthread_join(thread, NULL);
	tasks_free(&bpf);
	tasks_free(&proc);
}

/* Until it has got there. */
static void see_waiting(struct tasks *proc, pid_t pid)
{
	const struct task *t;

	do {
		assert_int_equal(tasks_read(proc), 0);
		t = tasks_find(proc, pid);
		assert_non_null(t);
	} while (!t->waits && !usleep(1000));
}

static void who_waits_for_a_child_is_told(void **state)
{
	struct tasks bpf = { .task = NULL }, proc = { .task = NULL };
	int ends[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid = waiter(ends);
	see_waiting(&proc, pid);
	read_both(&bpf, &proc);
	assert_true(tasks_find(&bpf, pid)->waits);
	assert_false(tasks_find(&bpf, getpid())->waits);
	assert_false(tasks_find(&proc, getpid())->waits);
	close(ends[1]);
	waitpid(pid, NULL, 0);
	close(ends[0]);
	tasks_free(&bpf);
	tasks_free(&proc);
}

static void *idle_thread(void *tid)
{
	*(pid_t *)tid = gettid();
	sem_post(&born);
	sem_wait(&end);
	return NULL;
}

/* More than the kernel hands over at once. */
static void bpf_loses_none_of_many_threads(void **state)
{
	struct tasks bpf = { .task = NULL }, proc = { .task = NULL };
	static pthread_t thread[MANY];
	static pid_t tid[MANY];

	(void)state;
	sem_init(&born, 0, 0);
	sem_init(&end, 0, 0);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, idle_thread,
						&tid[i]),
				 0);
	for (int i = 0; i < MANY; i++)
		sem_wait(&born);
	read_both(&bpf, &proc);
	for (int i = 0; i < MANY; i++) {
		assert_known(&bpf, &proc, tid[i]);
		sem_post(&end);
	}
	for (int i = 0; i < MANY; i++)
		pthread_join(thread[i], NULL);
	tasks_free(&bpf);
	tasks_free(&proc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			bpf_tells_of_threads_and_children_what_proc_tells),
		cmocka_unit_test(who_waits_for_a_child_is_told),
		cmocka_unit_test(bpf_loses_none_of_many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
