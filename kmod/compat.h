/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat.h - all differences between the kernels that vAMP supports. The rest
 * of the module reads as if only the newest of them existed.
 */
#ifndef VAMP_COMPAT_H
#define VAMP_COMPAT_H

#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sysctl.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "vAMP needs Linux 6.1 or newer"
#endif
/*
 * Probes are attached by name: that their arguments are what KVM passes, no
 * compiler can check.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 4, 0) && !defined(VAMP_UNTESTED)
#error "vAMP was not tested with Linux newer than 7.3: UNTESTED=y builds it all the same"
#endif
#ifndef CONFIG_X86_64
#error "vAMP needs a 64-bit x86 kernel"
#endif
#ifndef CONFIG_SCHED_INFO
#error "vAMP needs the scheduler's run delay: a kernel with CONFIG_SCHED_INFO"
#endif
#ifndef CONFIG_FAIR_GROUP_SCHED
#error "vAMP needs CPU cgroups: a kernel with CONFIG_FAIR_GROUP_SCHED"
#endif
/* Our probes take fewer arguments than some kernels' tracepoints pass. */
#if defined(CONFIG_CFI_CLANG) || defined(CONFIG_CFI)
#error "vAMP does not support kernels with control flow integrity (kCFI)"
#endif

/* 6.6 made register_sysctl() a macro that counts the table: no end mark. */
#ifdef register_sysctl
#define VAMP_SYSCTL_END
#else
#define VAMP_SYSCTL_END {},
#endif

/* 6.11 made sysctl handlers take their table const. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
typedef const struct ctl_table vamp_ctl_table;
#else
typedef struct ctl_table vamp_ctl_table;
#endif

/* After 6.12 the attributes of modules became const for their functions. */
#ifdef VAMP_HAS_CONST_ATTRIBUTE
typedef const struct module_attribute vamp_module_attribute;
#else
typedef struct module_attribute vamp_module_attribute;
#endif

/* The workqueue that schedule_work() uses got another name after 6.1. */
#ifdef VAMP_HAS_PERCPU_WQ
#define vamp_wq system_percpu_wq
#else
#define vamp_wq system_wq
#endif

/*
 * A probe begins and ends. The rest of the module takes it that probes run with
 * preemption off, and so are readers for RCU and stay on their CPU. Tracepoints
 * up to 6.12 see to that; 7.3's do not, they are under an SRCU of their own.
 */
#ifdef VAMP_HAS_SRCU_PROBES
static __always_inline void vamp_probe_begin(void)
{
	preempt_disable_notrace();
}

static __always_inline void vamp_probe_end(void)
{
	preempt_enable_notrace();
}
#else
static __always_inline void vamp_probe_begin(void)
{
}

static __always_inline void vamp_probe_end(void)
{
}
#endif

/* After 6.12 a word of the VMCB and its bits got other names (<asm/svm.h>). */
#ifdef VAMP_HAS_VMCB_MISC
#define vamp_vmcb_paging(vmcb)	((vmcb)->control.misc_ctl)
#define VAMP_VMCB_NESTED	SVM_MISC_ENABLE_NP
#define VAMP_VMCB_SEV_ES	SVM_MISC_ENABLE_SEV_ES
#else
#define vamp_vmcb_paging(vmcb)	((vmcb)->control.nested_ctl)
#define VAMP_VMCB_NESTED	SVM_NESTED_CTL_NP_ENABLE
#define VAMP_VMCB_SEV_ES	SVM_NESTED_CTL_SEV_ES_ENABLE
#endif

/*
 * A task's own scheduler slice in ns, 0 for the scheduler's (Kbuild looks whether
 * the kernel has it). sched_setattr() sets the same two fields; it sleeps, and
 * sets the nice value with them. The scheduler reads them when it next gives
 * the task a deadline; a set that races with that takes effect one slice later.
 */
#ifdef VAMP_HAS_SLICE
static inline u64 vamp_slice(const struct task_struct *p)
{
	return READ_ONCE(p->se.custom_slice) ? READ_ONCE(p->se.slice) : 0;
}

static inline void vamp_set_slice(struct task_struct *p, u64 ns)
{
	WRITE_ONCE(p->se.custom_slice, ns != 0);
	if (ns)
		WRITE_ONCE(p->se.slice, ns);
}

static inline bool vamp_has_slice(void)
{
	return true;
}
#else
static inline u64 vamp_slice(const struct task_struct *p)
{
	return 0;
}

static inline void vamp_set_slice(struct task_struct *p, u64 ns)
{
}

static inline bool vamp_has_slice(void)
{
	return false;
}
#endif

/*
 * 6.9 gave pidfds a file system of their own. The kernel's own pidfd_pid() is
 * not for modules.
 */
static inline struct pid *vamp_pidfd_pid(struct file *file)
{
#ifdef PID_FS_MAGIC
	if (file_inode(file)->i_sb->s_magic == PID_FS_MAGIC)
		return file_inode(file)->i_private;
#endif
	if (file_inode(file)->i_sb->s_magic == ANON_INODE_FS_MAGIC &&
	    !strcmp(file->f_path.dentry->d_name.name, "[pidfd]"))
		return file->private_data;
	return NULL;
}

#endif /* VAMP_COMPAT_H */
