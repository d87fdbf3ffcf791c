// SPDX-License-Identifier: GPL-2.0-only
/*
 * params.c - the table of parameters, and where they show.
 */
#include "params.h"

#include <linux/capability.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/sysctl.h>
#include <linux/sysfs.h>

#include "compat.h"
#include "core/load.h"
#include "core/policy.h"
#include "core/waker.h"
#include "phase.h"
#include "registry.h"
#include "report.h"

struct vamp_config vamp_config = {
	VAMP_CONFIG_DEFAULTS,
	.tick_ns = TICK_NSEC + NSEC_PER_MSEC,
};
unsigned int vamp_track_cr3;
unsigned int vamp_load_monitor = 1;

/* Held until params_exit(), so that kvm and its folder stay. */
static struct module_kobject *kvm_folder;
static struct ctl_table_header *sysctl;

static int sysctl_max = CONFIG_VAMP_MAX;
static int boost_max = CONFIG_BOOST_MAX;

struct bounds {
	unsigned int *value;
	unsigned int min, max;
	bool or_zero;			/* 0 is below min, but means off */
	void (*changed)(unsigned int value);
};

static int pause_vm(struct host_vm *vm, void *unused)
{
	unsigned long flags;
	u32 i;

	for (i = 0; i < vm->nr_seats; i++) {
		raw_spin_lock_irqsave(&vm->lock, flags);
		report_op(vm, VAMP_OP_PAUSE, i, 0);
		vamp_vcpu_pause(vm->core, &vm->core->vcpu[i]);
		raw_spin_unlock_irqrestore(&vm->lock, flags);
	}
	return 0;
}

static void monitor_changed(unsigned int on)
{
	if (on)
		return;
	phase_end_all(WHY_SWITCHED_OFF);
	registry_each(pause_vm, NULL);
}

static int set_range(const char *text, const struct kernel_param *kp)
{
	const struct bounds *r = kp->arg;
	unsigned int value;

	if (kstrtouint(text, 0, &value) || value > r->max)
		return -EINVAL;
	if (value < r->min && (value || !r->or_zero))
		return -EINVAL;
	WRITE_ONCE(*r->value, value);
	if (r->changed)
		r->changed(value);
	return 0;
}

static int get_range(char *text, const struct kernel_param *kp)
{
	const struct bounds *r = kp->arg;

	return sysfs_emit(text, "%u\n", READ_ONCE(*r->value));
}

static const struct kernel_param_ops range_ops = {
	.set = set_range,
	.get = get_range,
};

static int set_policy(const char *text, const struct kernel_param *kp)
{
	const struct vamp_policy *p;
	size_t len = strlen(text);

	if (len && text[len - 1] == '\n')
		len--;
	p = vamp_policy_find(text, len);
	if (!p)
		return -EINVAL;
	WRITE_ONCE(vamp_config.policy, p);
	return 0;
}

static int get_policy(char *text, const struct kernel_param *kp)
{
	return sysfs_emit(text, "%s\n", READ_ONCE(vamp_config.policy)->name);
}

static const struct kernel_param_ops policy_ops = {
	.set = set_policy,
	.get = get_policy,
};

#define RANGE(name, field, low, high, mode, on_change)			\
	static const struct bounds range_##name = {			\
		.value = &(field),                     \
		.min = (low),                          \
		.max = (high),                         \
		.changed = (on_change),					\
	};								\
	module_param_cb(name, &range_ops, (void *)&range_##name, mode)

static unsigned int audio_intr_redirect = 1;

/* It would look as if it did something. */
static void redirect_changed(unsigned int on)
{
	if (on)
		pr_info("vamp: stock KVM cannot redirect interrupts: audio_intr_redirect has no effect, set the interrupt's affinity in the guest instead\n");
}

/* clang-format off */
RANGE(load_monitor_enabled, vamp_load_monitor, 0, 1, 0644, monitor_changed);
MODULE_PARM_DESC(load_monitor_enabled, "0: no tracking, no phases (1)");
RANGE(load_period_msec, vamp_config.load_period_ms, LOAD_PERIOD_MIN_MS,
	LOAD_PERIOD_MAX_MS, 0444, NULL);
MODULE_PARM_DESC(load_period_msec,
	"load epoch, 2..1024 ms, rounded up to a power of two (32)");
RANGE(bg_load_thresh_pct, vamp_config.bg_load_thresh_pct, 1, 100, 0644, NULL);
MODULE_PARM_DESC(bg_load_thresh_pct,
	"load above it is background, 1..100 % of a CPU (50)");
RANGE(max_interactive_phase_msec, vamp_config.max_phase_ms, 100, 60000, 0644,
	NULL);
MODULE_PARM_DESC(max_interactive_phase_msec,
	"length of a phase, 100..60000 ms (5000)");
RANGE(load_monitor_window, vamp_config.load_window_ns, 1000000, 1000000000,
	0644, NULL);
MODULE_PARM_DESC(load_monitor_window,
	"execution that the dynamic nice looks at, ns (30000000)");
RANGE(load_prof_enabled, vamp_config.prof_enabled, 0, 1, 0644, NULL);
MODULE_PARM_DESC(load_prof_enabled,
	"1: profile phases; policy vamp ends those that nobody answers (0)");
RANGE(load_prof_period_msec, vamp_config.prof_period_ms, 10, 10000, 0644, NULL);
MODULE_PARM_DESC(load_prof_period_msec, "every 10..10000 ms (120)");
RANGE(remote_wakeup_track_mode, vamp_config.wakeup_mode, 0, WAKEUP_ALL, 0644,
	NULL);
MODULE_PARM_DESC(remote_wakeup_track_mode,
	"1 on, 2 chains, 4 interrupts reset, 8 weighted audio counts (15)");
RANGE(remote_wakeup_latency_ns, vamp_config.wakeup_latency_ns, 1000, 10000000,
	0644, NULL);
MODULE_PARM_DESC(remote_wakeup_latency_ns,
	"from a wake-up's injection to who was woken, 1000..10000000 ns (20000)");
RANGE(audio_intr_redirect, audio_intr_redirect, 0, 1, 0644, redirect_changed);
MODULE_PARM_DESC(audio_intr_redirect,
	"the guest extension pins the sound device's interrupt (1)");
RANGE(make_room, vamp_config.make_room, 0, 1, 0644, NULL);
MODULE_PARM_DESC(make_room,
	"policy vamp: neighbours' background vCPUs make room (1)");
RANGE(track_cr3_load, vamp_track_cr3, 0, 1, 0644, NULL);
MODULE_PARM_DESC(track_cr3_load,
	"guest tasks: 0 sampled at exits, 1 every change trapped (0)");
RANGE(fast_hold_ns, vamp_config.fast_hold_ns, 1, 1000000000, 0644, NULL);
MODULE_PARM_DESC(fast_hold_ns,
	"policy vamp: full weight after an interactive task ran, ns");
RANGE(hint_hold_ns, vamp_config.hint_hold_ns, 1, 1000000000, 0644, NULL);
MODULE_PARM_DESC(hint_hold_ns,
	"policy vamp: full weight after an interrupt, ns");
RANGE(min_run_ns, vamp_config.min_run_ns, 1, 1000000000, 0644, NULL);
MODULE_PARM_DESC(min_run_ns, "policy vamp: a shorter run earns no hold, ns");
static const struct bounds range_fast_slice_ns = {
	.value = &vamp_config.fast_slice_ns,
	.min = 100000,
	.max = 100000000,
	.or_zero = true,
};
module_param_cb(fast_slice_ns, &range_ops, (void *)&range_fast_slice_ns, 0644);
MODULE_PARM_DESC(fast_slice_ns,
	"policy vamp, Linux 6.12: slice of fast vCPUs, 100000..100000000 ns (0: as it is)");
/* clang-format on */
module_param_cb(policy, &policy_ops, NULL, 0644);
MODULE_PARM_DESC(
	policy,
	"vamp (default) or vee14, the original's rules; from the next phase on");

/* The files under kvm go through the same functions as ours. */
struct alias {
	struct module_attribute attr;
	const struct kernel_param_ops *ops;
	const struct bounds *bounds;
};

static ssize_t alias_show(vamp_module_attribute *attr,
			  struct module_kobject *mk, char *buf)
{
	const struct alias *a = container_of(attr, struct alias, attr);
	struct kernel_param kp = { .arg = (void *)a->bounds };

	return a->ops->get(buf, &kp);
}

static ssize_t alias_store(vamp_module_attribute *attr,
			   struct module_kobject *mk, const char *buf,
			   size_t len)
{
	const struct alias *a = container_of(attr, struct alias, attr);
	struct kernel_param kp = { .arg = (void *)a->bounds };
	int err = a->ops->set(buf, &kp);

	return err ? err : (ssize_t)len;
}

#define ALIAS(_name, _mode, _ops, _bounds)				\
	{								\
		.attr = { .attr = { .name = _name, .mode = _mode },	\
			  .show = alias_show,                       \
			  .store = alias_store },                   \
		.ops = _ops, .bounds = _bounds,				\
	}

static struct alias aliases[] = {
	ALIAS("load_monitor_enabled", 0644, &range_ops,
	      &range_load_monitor_enabled),
	ALIAS("load_period_msec", 0444, &range_ops, &range_load_period_msec),
	ALIAS("bg_load_thresh_pct", 0644, &range_ops,
	      &range_bg_load_thresh_pct),
	ALIAS("max_interactive_phase_msec", 0644, &range_ops,
	      &range_max_interactive_phase_msec),
	ALIAS("load_monitor_window", 0644, &range_ops,
	      &range_load_monitor_window),
	ALIAS("track_cr3_load", 0644, &range_ops, &range_track_cr3_load),
	ALIAS("load_prof_enabled", 0644, &range_ops, &range_load_prof_enabled),
	ALIAS("load_prof_period_msec", 0644, &range_ops,
	      &range_load_prof_period_msec),
	ALIAS("remote_wakeup_track_mode", 0644, &range_ops,
	      &range_remote_wakeup_track_mode),
	ALIAS("remote_wakeup_latency_ns", 0644, &range_ops,
	      &range_remote_wakeup_latency_ns),
	ALIAS("audio_intr_redirect", 0644, &range_ops,
	      &range_audio_intr_redirect),
	ALIAS("policy", 0644, &policy_ops, NULL),
};

static struct attribute *alias_attrs[ARRAY_SIZE(aliases) + 1];
static const struct attribute_group alias_group = {
	.name = "parameters",
	.attrs = alias_attrs,
};

static int handle_vamp(vamp_ctl_table *table, int write, void *buffer,
		       size_t *lenp, loff_t *ppos)
{
	int err = proc_dointvec_minmax(table, write, buffer, lenp, ppos);

	if (!err && write && !READ_ONCE(vamp_config.kvm_vamp))
		phase_end_all(WHY_SWITCHED_OFF);
	return err;
}

static int handle_boost(vamp_ctl_table *table, int write, void *buffer,
			size_t *lenp, loff_t *ppos)
{
	int err = proc_dointvec_minmax(table, write, buffer, lenp, ppos);

	if (!err && write && READ_ONCE(vamp_config.partial_boost) &&
	    !vamp_has_slice())
		pr_info("vamp: this kernel has no slices per task (6.12 has): kvm_partial_boost 1 has no effect, 2 changes nice only\n");
	return err;
}

/* clang-format off */
static struct ctl_table sysctls[] = {
	{
		.procname = "kvm_vamp",
		.data = &vamp_config.kvm_vamp,
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = handle_vamp,
		.extra1 = SYSCTL_ZERO,
		.extra2 = &sysctl_max,
	},
	{
		.procname = "kvm_partial_boost",
		.data = &vamp_config.partial_boost,
		.maxlen = sizeof(int),
		.mode = 0644,
		.proc_handler = handle_boost,
		.extra1 = SYSCTL_ZERO,
		.extra2 = &boost_max,
	},
	VAMP_SYSCTL_END
};
/* clang-format on */

static struct module_kobject *find_kvm(void)
{
	struct kset *modules = THIS_MODULE->mkobj.kobj.kset;
	struct kobject *kobj = kset_find_obj(modules, "kvm");
	struct module_kobject *mk;

	if (!kobj)
		return NULL;
	mk = container_of(kobj, struct module_kobject, kobj);
	if (mk->mod && !try_module_get(mk->mod)) {
		kobject_put(kobj);
		return NULL;
	}
	return mk;
}

static void put_kvm(struct module_kobject *mk)
{
	struct module *mod = mk->mod;

	kobject_put(&mk->kobj);
	module_put(mod);
}

static int add_aliases(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(aliases); i++) {
		sysfs_attr_init(&aliases[i].attr.attr);
		alias_attrs[i] = &aliases[i].attr.attr;
	}
	return sysfs_merge_group(&kvm_folder->kobj, &alias_group);
}

int params_init(void)
{
	int err;

	kvm_folder = find_kvm();
	if (!kvm_folder) {
		pr_err("vamp: KVM is not loaded: modprobe kvm_amd or kvm_intel first\n");
		return -ENODEV;
	}
	err = add_aliases();
	if (err)
		goto put;
	sysctl = register_sysctl("kernel", sysctls);
	if (sysctl)
		return 0;
	err = -ENOMEM;
	sysfs_unmerge_group(&kvm_folder->kobj, &alias_group);
put:
	put_kvm(kvm_folder);
	return err;
}

void params_exit(void)
{
	unregister_sysctl_table(sysctl);
	sysfs_unmerge_group(&kvm_folder->kobj, &alias_group);
	put_kvm(kvm_folder);
}
