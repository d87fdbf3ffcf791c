/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel.h - as much of the kernel as kmod's device.c, events.c, sound.c,
 * counters.c and params.c need to be compiled and run in a process. Its one
 * processor never preempts; locks only note who holds them.
 *
 * Written from the kernel's documented interfaces. What a test wants to know
 * or to decide is in shim.h.
 */
#ifndef VAMP_SHIM_KERNEL_H
#define VAMP_SHIM_KERNEL_H

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>

#include <linux/types.h>

/* ---- compiler and arithmetic ---- */

#define __user
#define likely(x)	(x)
#define unlikely(x)	(x)
#undef static_assert
#define static_assert(x)	_Static_assert(x, #x)
#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile typeof(x) *)&(x) = (value))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define container_of(member_ptr, type, member) \
	((type *)((char *)(member_ptr)-offsetof(type, member)))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define min(a, b)		((a) < (b) ? (a) : (b))

#define KERNEL_VERSION(a, b, c)	(((a) << 16) + ((b) << 8) + (c))
#define CONFIG_X86_64		1
#define CONFIG_SCHED_INFO	1
#define CONFIG_FAIR_GROUP_SCHED	1

#define NSEC_PER_MSEC	1000000L
#define TICK_NSEC	4000000L
#define ERESTARTSYS	512

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return (unsigned long)ptr >= -4095ul;
}

/* ---- log ---- */

#define pr_info(...)	shim_log(__VA_ARGS__)
#define pr_err(...)	shim_log(__VA_ARGS__)

void __attribute__((format(printf, 1, 2))) shim_log(const char *format, ...);

/* ---- locks, lists, per-CPU variables ---- */

struct shim_lock {
	bool held;
};

void shim_lock(struct shim_lock *lock);
void shim_unlock(struct shim_lock *lock);

#define raw_spinlock_t		struct shim_lock
#define mutex			shim_lock
#define DEFINE_MUTEX(name)	struct shim_lock name
#define mutex_lock(m)		shim_lock(m)
#define mutex_unlock(m)		shim_unlock(m)
#define raw_spin_lock_irqsave(lock, flags) ((flags) = 0, shim_lock(lock))
#define raw_spin_unlock_irqrestore(lock, flags) \
	((void)(flags), shim_unlock(lock))

#define atomic_t		int
#define atomic_read(v)		(*(v))
#define ATOMIC_INIT(i)		(i)
#define atomic_inc(v)		((void)++*(v))
#define atomic_dec_and_test(v)	(!--*(v))
#define xchg(at, v)		__atomic_exchange_n(at, v, __ATOMIC_SEQ_CST)

struct rcu_head {
	int unused;
};

struct hlist_node {
	int unused;
};

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD(name)	struct list_head name = { &(name), &(name) }

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	entry->prev = head;
	entry->next = head->next;
	head->next->prev = entry;
	head->next = entry;
}

static inline void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	entry->next = NULL;
	entry->prev = NULL;
}

#define list_for_each_entry(pos, head, member)                           \
	for (pos = container_of((head)->next, typeof(*pos), member);     \
	     &pos->member != (head);                                     \
	     pos = container_of(pos->member.next, typeof(*pos), member))

#define DEFINE_PER_CPU(type, name)	type name
#define DECLARE_PER_CPU(type, name)	extern type name
#define per_cpu_ptr(ptr, cpu)		((void)(cpu), (ptr))
#define for_each_possible_cpu(cpu)	for (cpu = 0; cpu < 1; cpu++)
#define this_cpu_inc(x)			((x)++)
#define this_cpu_add(x, n)		((x) += (n))
#define this_cpu_read(x)		(x)
#define this_cpu_write(x, value)	((x) = (value))

/* ---- memory ---- */

#define GFP_KERNEL	0

void *shim_alloc(size_t n, size_t size);
void shim_free(void *mem);

#define kzalloc(size, gfp)	shim_alloc(1, size)
#define kvzalloc(size, gfp)	shim_alloc(1, size)
#define kvcalloc(n, size, gfp)	shim_alloc(n, size)
#define kfree(mem)		shim_free(mem)
#define kvfree(mem)		shim_free(mem)

#define u64_to_user_ptr(x)	((void *)(uintptr_t)(x))

/* Both return the number of bytes that could not be copied. */
unsigned long copy_from_user(void *to, const void *from, unsigned long n);
unsigned long copy_to_user(void *to, const void *from, unsigned long n);

/* ---- tasks and time ---- */

struct signal_struct {
	unsigned int flags;
};

struct task_struct {
	int pid;
	int nice;
	int references;
	struct task_struct *group_leader;
	struct signal_struct *signal;
	struct {
		u64 run_delay;
	} sched_info;
	struct {
		u64 sum_exec_runtime;
	} se;
};

#define current		shim_current
#define task_nice(p)	((p)->nice)
#define task_pid_vnr(p)	((p)->pid)

#define SIGNAL_GROUP_EXIT	4

extern struct task_struct *shim_current;

static inline struct task_struct *get_task_struct(struct task_struct *task)
{
	task->references++;
	return task;
}

static inline void put_task_struct(struct task_struct *task)
{
	task->references--;
}

struct pid {
	int nr;
	int references;
};

struct pid *find_get_pid(int nr);
struct pid *get_pid(struct pid *pid);
void put_pid(struct pid *pid);
int pid_vnr(struct pid *pid);

u64 local_clock(void);

#define CAP_SYS_NICE	23

bool capable(int cap);

struct work_struct {
	int unused;
};

struct delayed_work {
	struct work_struct work;
};

/* ---- files ---- */

#define ANON_INODE_FS_MAGIC	0x09041934
#define PID_FS_MAGIC		0x50494446
#define MISC_DYNAMIC_MINOR	255
#define compat_ptr_ioctl	NULL

struct super_block {
	unsigned long s_magic;
};

struct inode {
	struct super_block *i_sb;
	void *i_private;
};

struct dentry {
	struct {
		const char *name;
	} d_name;
};

struct file {
	unsigned int f_flags;
	void *private_data;
	struct inode *f_inode;
	struct {
		struct dentry *dentry;
	} f_path;
	int references;
};

static inline struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

static inline int nonseekable_open(struct inode *inode, struct file *file)
{
	return 0;
}

struct file *fget(unsigned int fd);
void fput(struct file *file);

#define poll_table		struct shim_poll
#define wait_queue_head_t	struct shim_queue

struct shim_poll {
	int asked;
};

struct shim_queue {
	bool ready;
};

#define init_waitqueue_head(queue)	((queue)->ready = true)
#define wake_up_interruptible(queue)	shim_wake(queue)
#define poll_wait(file, queue, wait)	((wait)->asked += (queue)->ready)
/* Who would have to wait gets a signal instead. */
#define wait_event_interruptible(queue, condition) \
	((queue).ready && (condition) ? 0 : -ERESTARTSYS)

void shim_wake(struct shim_queue *queue);

struct file_operations {
	struct module *owner;
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	ssize_t (*read)(struct file *file, char *buf, size_t size, loff_t *pos);
	__poll_t (*poll)(struct file *file, poll_table *wait);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd,
			       unsigned long arg);
	long (*compat_ioctl)(struct file *file, unsigned int cmd,
			     unsigned long arg);
};

struct miscdevice {
	int minor;
	const char *name;
	const struct file_operations *fops;
	unsigned short mode;
};

int misc_register(struct miscdevice *misc);
void misc_deregister(struct miscdevice *misc);

/* ---- modules, sysfs, sysctl ---- */

struct kset;

struct kobject {
	struct kset *kset;
	int references;
};

struct module;

struct attribute {
	const char *name;
	unsigned short mode;
};

struct attribute_group {
	const char *name;
	struct attribute **attrs;
};

struct module_kobject {
	struct kobject kobj;
	struct module *mod;
};

struct module {
	struct module_kobject mkobj;
	int references;
};

struct module_attribute {
	struct attribute attr;
	ssize_t (*show)(struct module_attribute *attr,
			struct module_kobject *mk, char *buf);
	ssize_t (*store)(struct module_attribute *attr,
			 struct module_kobject *mk, const char *buf,
			 size_t size);
};

#define THIS_MODULE	(&shim_module)

extern struct module shim_module;

struct kobject *kset_find_obj(struct kset *kset, const char *name);
void kobject_put(struct kobject *kobj);
bool try_module_get(struct module *module);
void module_put(struct module *module);

#define sysfs_attr_init(attr)	((void)(attr))

int sysfs_merge_group(struct kobject *kobj, const struct attribute_group *g);
void sysfs_unmerge_group(struct kobject *kobj, const struct attribute_group *g);
int __attribute__((format(printf, 2, 3)))
sysfs_emit(char *buf, const char *format, ...);

int kstrtouint(const char *text, unsigned int base, unsigned int *result);

struct kernel_param;

struct kernel_param_ops {
	int (*set)(const char *text, const struct kernel_param *kp);
	int (*get)(char *text, const struct kernel_param *kp);
};

struct kernel_param {
	const char *name;
	const struct kernel_param_ops *ops;
	unsigned short perm;
	void *arg;
};

/* They are found by their section: shim.h. */
#define module_param_cb(param, param_ops, param_arg, mode)               \
	static const struct kernel_param param_##param                   \
		__attribute__((used, section("shim_params"))) = {        \
			.name = #param,                                  \
			.ops = param_ops,                                \
			.perm = mode,                                    \
			.arg = param_arg,                                \
		}
#define MODULE_PARM_DESC(param, text)                                    \
	static const char description_##param[] __attribute__((unused)) = text

struct ctl_table {
	const char *procname;
	void *data;
	int maxlen;
	unsigned short mode;
	int (*proc_handler)(const struct ctl_table *table, int write,
			    void *buffer, size_t *size, loff_t *pos);
	void *extra1, *extra2;
};

struct ctl_table_header;

extern int shim_zero;

#define SYSCTL_ZERO	((void *)&shim_zero)
#define register_sysctl(path, table) \
	register_sysctl_sz(path, table, ARRAY_SIZE(table))

struct ctl_table_header *
register_sysctl_sz(const char *path, struct ctl_table *table, size_t size);
void unregister_sysctl_table(struct ctl_table_header *header);
int proc_dointvec_minmax(const struct ctl_table *table, int write, void *buffer,
			 size_t *size, loff_t *pos);

/* ---- tracepoints ---- */

#define DECLARE_TRACEPOINT(name)	struct tracepoint_##name
#define tracepoint_enabled(name)	false

#endif /* VAMP_SHIM_KERNEL_H */
