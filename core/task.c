// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * task.c - the bounded table of guest tasks and threads.
 */
#include "task.h"

static u32 hash_size(u32 nr_tasks)
{
	u32 n = 16;

	while (n < nr_tasks)
		n *= 2;
	return n;
}

/* Multiplicative hashing (Knuth, TAOCP 3, 6.4). */
static u16 *bucket(const struct vamp_tasks *t, u64 id)
{
	return &t->hash[(id * 0x9e3779b97f4a7c15ull >> 40) & t->hash_mask];
}

size_t vamp_tasks_size(u32 nr_tasks, u32 nr_threads)
{
	return nr_tasks * sizeof(struct vamp_task) +
	       nr_threads * sizeof(struct vamp_thread) +
	       hash_size(nr_tasks) * sizeof(u16);
}

static void fill_pools(struct vamp_tasks *t)
{
	u32 i;

	for (i = 0; i < t->nr_tasks; i++)
		t->task[i].hash_next =
			i + 1u < t->nr_tasks ? i + 1u : TASK_NONE;
	for (i = 0; i < t->nr_threads; i++) {
		t->thread[i].task = TASK_NONE;
		t->thread[i].next = i + 1u < t->nr_threads ? i + 1u : TASK_NONE;
	}
	for (i = 0; i <= t->hash_mask; i++)
		t->hash[i] = TASK_NONE;
}

void vamp_tasks_init(struct vamp_tasks *t, void *mem, u32 nr_tasks,
		     u32 nr_threads)
{
	memset(t, 0, sizeof(*t));
	t->task = mem;
	t->thread = (void *)(t->task + nr_tasks);
	t->hash = (void *)(t->thread + nr_threads);
	t->nr_tasks = nr_tasks;
	t->nr_threads = nr_threads;
	t->hash_mask = hash_size(nr_tasks) - 1;
	t->newest = TASK_NONE;
	t->oldest = TASK_NONE;
	fill_pools(t);
}

u16 vamp_tasks_find(const struct vamp_tasks *t, u64 id)
{
	u16 i;

	for (i = *bucket(t, id); i != TASK_NONE; i = t->task[i].hash_next)
		if (t->task[i].id == id)
			return i;
	return TASK_NONE;
}

static void age_unlink(struct vamp_tasks *t, u16 i)
{
	struct vamp_task *k = &t->task[i];

	if (k->newer != TASK_NONE)
		t->task[k->newer].older = k->older;
	else
		t->newest = k->older;
	if (k->older != TASK_NONE)
		t->task[k->older].newer = k->newer;
	else
		t->oldest = k->newer;
}

static void age_push(struct vamp_tasks *t, u16 i, const struct vamp_epoch *e)
{
	struct vamp_task *k = &t->task[i];

	k->age = (u32)e->number;
	k->newer = TASK_NONE;
	k->older = t->newest;
	if (t->newest != TASK_NONE)
		t->task[t->newest].newer = i;
	else
		t->oldest = i;
	t->newest = i;
}

static void hash_unlink(struct vamp_tasks *t, u16 i)
{
	u16 *link = bucket(t, t->task[i].id);

	while (*link != i)
		link = &t->task[*link].hash_next;
	*link = t->task[i].hash_next;
}

static void free_threads(struct vamp_tasks *t, u16 i)
{
	u16 h = t->task[i].threads;

	while (h != TASK_NONE) {
		u16 next = t->thread[h].next;

		t->thread[h].task = TASK_NONE;
		t->thread[h].next = t->free_thread;
		t->free_thread = h;
		h = next;
	}
	t->task[i].threads = TASK_NONE;
}

static void drop_task(struct vamp_tasks *t, u16 i)
{
	hash_unlink(t, i);
	age_unlink(t, i);
	free_threads(t, i);
	memset(&t->task[i], 0, sizeof(t->task[i]));
	t->task[i].hash_next = t->free_task;
	t->free_task = i;
	t->used--;
}

/* Evicts the least recently run task that runs nowhere; never @keep. */
static bool evict(struct vamp_tasks *t, u16 keep)
{
	u16 i = t->oldest;

	while (i != TASK_NONE && (t->task[i].running || i == keep))
		i = t->task[i].newer;
	if (i == TASK_NONE)
		return false;
	drop_task(t, i);
	t->evicted++;
	return true;
}

static u16 new_task(struct vamp_tasks *t, u64 id, const struct vamp_epoch *e)
{
	struct vamp_task *k;
	u16 *head = bucket(t, id);
	u16 i;

	if (t->free_task == TASK_NONE && !evict(t, TASK_NONE))
		return TASK_NONE;
	i = t->free_task;
	k = &t->task[i];
	t->free_task = k->hash_next;
	memset(k, 0, sizeof(*k));
	k->id = id;
	k->flags = TASK_USED;
	k->why = WHY_NEW_TASK;
	k->threads = TASK_NONE;
	k->hash_next = *head;
	*head = i;
	age_push(t, i, e);
	t->used++;
	return i;
}

static u16 new_thread(struct vamp_tasks *t, u16 task, u16 vcpu,
		      const struct vamp_epoch *e)
{
	struct vamp_thread *h;
	u16 i;

	while (t->free_thread == TASK_NONE)
		if (!evict(t, task))
			return TASK_NONE;
	i = t->free_thread;
	h = &t->thread[i];
	t->free_thread = h->next;
	vamp_load_init(&h->load, e);
	h->left_clock = 0;
	h->left_delay = 0;
	h->task = task;
	h->vcpu = vcpu;
	h->next = t->task[task].threads;
	t->task[task].threads = i;
	return i;
}

/* The thread on @vcpu, moved to the front of its task's list. */
static u16 find_thread(struct vamp_tasks *t, u16 task, u16 vcpu)
{
	u16 *head = &t->task[task].threads;
	u16 *link = head;
	u16 i;

	while (*link != TASK_NONE && t->thread[*link].vcpu != vcpu)
		link = &t->thread[*link].next;
	i = *link;
	if (i == TASK_NONE || link == head)
		return i;
	*link = t->thread[i].next;
	t->thread[i].next = *head;
	*head = i;
	return i;
}

u16 vamp_tasks_arrive(struct vamp_tasks *t, u64 id, u16 vcpu,
		      const struct vamp_epoch *e)
{
	u16 task = vamp_tasks_find(t, id);
	u16 thread;

	if (task == TASK_NONE) {
		task = new_task(t, id, e);
		if (task == TASK_NONE)
			return TASK_NONE;
	} else if (t->task[task].age != (u32)e->number) {
		age_unlink(t, task);
		age_push(t, task, e);
	}
	thread = find_thread(t, task, vcpu);
	return thread != TASK_NONE ? thread : new_thread(t, task, vcpu, e);
}

void vamp_task_refresh(struct vamp_tasks *t, u16 task,
		       const struct vamp_epoch *e)
{
	struct vamp_task *k = &t->task[task];
	u16 h;

	for (h = k->threads; h != TASK_NONE; h = t->thread[h].next) {
		vamp_load_init(&t->thread[h].load, e);
		t->thread[h].left_clock = 0;
	}
	k->exec_ns = 0;
	k->busy_since = 0;
	k->answered = 0;
	k->answer_began = 0;
	k->profiled = 0;
	k->audio_seen = 0;
	k->audio_count = 0;
	k->audio_avg = 0;
	k->audio_served = 0;
	k->audio_halvings = 0;
	k->flags = TASK_USED;
	k->bg_conf = 0;
	k->load = 0;
	k->why = WHY_NEW_TASK;
}
