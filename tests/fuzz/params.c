// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * params.c - any text written to any parameter, by each of its paths.
 *
 * The module's params.c is the real one. What it takes and shows is worked out
 * here once more, from docs/parameters.md.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bytes.h"
#include "core/policy.h"
#include "kmod/params.h"
#include "kmod/phase.h"
#include "kmod/registry.h"
#include "kmod/report.h"
#include "must.h"
#include "shim/shim.h"

#define SHOWN		4096	/* a page: what a file may show */
#define TEXT_MAX	64
#define POLICY		0

/* Of each parameter; the first is a name. */
static const struct param {
	const char *name;
	u32 min, max, initial;
	const u32 *value;	/* where it has its effect, or NULL */
	bool alias;		/* shows under kvm, too */
	bool or_zero;
	bool fixed;		/* set when the module is loaded */
} params[] = {
	{ "policy", 0, 1, 1, NULL, true },
	{ "load_monitor_enabled", 0, 1, 1, &vamp_load_monitor, true },
	{ "load_period_msec", 2, 1024, 32, &vamp_config.load_period_ms, true,
	  .fixed = true },
	{ "bg_load_thresh_pct", 1, 100, 50, &vamp_config.bg_load_thresh_pct,
	  true },
	{ "max_interactive_phase_msec", 100, 60000, 5000,
	  &vamp_config.max_phase_ms, true },
	{ "load_monitor_window", 1000000, 1000000000, 30000000,
	  &vamp_config.load_window_ns, true },
	{ "load_prof_enabled", 0, 1, 0, &vamp_config.prof_enabled, true },
	{ "load_prof_period_msec", 10, 10000, 120, &vamp_config.prof_period_ms,
	  true },
	{ "remote_wakeup_track_mode", 0, 15, 15, &vamp_config.wakeup_mode,
	  true },
	{ "remote_wakeup_latency_ns", 1000, 10000000, 20000,
	  &vamp_config.wakeup_latency_ns, true },
	{ "audio_intr_redirect", 0, 1, 1, NULL, true },
	{ "make_room", 0, 1, 1, &vamp_config.make_room },
	{ "track_cr3_load", 0, 1, 0, &vamp_track_cr3, true },
	{ "fast_hold_ns", 1, 1000000000, 32000000, &vamp_config.fast_hold_ns },
	{ "hint_hold_ns", 1, 1000000000, 8000000, &vamp_config.hint_hold_ns },
	{ "min_run_ns", 1, 1000000000, 500000, &vamp_config.min_run_ns },
	{ "fast_slice_ns", 100000, 100000000, 0, &vamp_config.fast_slice_ns,
	  .or_zero = true },
};

/* Of each sysctl, all from 0 on. */
static const struct setting {
	const char *name;
	u32 max;
	const u32 *value;
} settings[] = {
	{ "kvm_vamp", 38, &vamp_config.kvm_vamp },
	{ "kvm_partial_boost", 2, &vamp_config.partial_boost },
};

#define NR_PARAMS	ARRAY_SIZE(params)
#define NR_SETTINGS	ARRAY_SIZE(settings)

static const char *const policies[] = { "vee14", "vamp" };

static struct bytes in;
static u32 now[NR_PARAMS], set_to[NR_SETTINGS];	/* what everything has to be */

/* ---- the rest of the kernel, and of the module ---- */

struct module shim_module;
struct task_struct *shim_current;
int phases_running;

static struct {
	struct module kvm_module;
	struct module_kobject kvm;
	bool no_kvm, kvm_goes, no_folder, no_sysctl;
	const struct attribute_group *group;
	const struct ctl_table *table;
	size_t tables;
	u32 ends, pauses;
} host;

struct kobject *kset_find_obj(struct kset *kset, const char *name)
{
	must(!strcmp(name, "kvm"));
	if (host.no_kvm)
		return NULL;
	host.kvm.kobj.references++;
	return &host.kvm.kobj;
}

void kobject_put(struct kobject *kobj)
{
	must(kobj->references-- > 0);
}

bool try_module_get(struct module *module)
{
	module->references += !host.kvm_goes;
	return !host.kvm_goes;
}

void module_put(struct module *module)
{
	must(!module || module->references-- > 0);
}

int sysfs_merge_group(struct kobject *kobj, const struct attribute_group *g)
{
	must(kobj == &host.kvm.kobj && !strcmp(g->name, "parameters"));
	if (host.no_folder)
		return -EEXIST;
	host.group = g;
	return 0;
}

void sysfs_unmerge_group(struct kobject *kobj, const struct attribute_group *g)
{
	must(kobj == &host.kvm.kobj && g == host.group);
	host.group = NULL;
}

struct ctl_table_header *
register_sysctl_sz(const char *path, struct ctl_table *table, size_t size)
{
	must(!strcmp(path, "kernel"));
	if (host.no_sysctl)
		return NULL;
	host.table = table;
	host.tables = size;
	return (struct ctl_table_header *)table;
}

void unregister_sysctl_table(struct ctl_table_header *header)
{
	must((const void *)header == host.table);
	host.table = NULL;
}

void phase_end_all(enum vamp_why why)
{
	must(why == WHY_SWITCHED_OFF);
	host.ends++;
}

int registry_each(int (*fn)(struct host_vm *vm, void *arg), void *arg)
{
	host.pauses++;
	return 0;
}

void report_op_traced(struct host_vm *vm, enum vamp_op op, int vcpu, u32 arg)
{
}

/* ---- texts ---- */

static u64 any_number(u32 low, u32 high)
{
	switch (bytes_below(&in, 10)) {
	case 0:
		return low;
	case 1:
		return high;
	case 2:
		return low - 1ull;
	case 3:
		return high + 1ull;
	case 4:
		return 0;
	case 5:
		return low + (1ull << 32);
	case 6:
		return bytes_number(&in, 8);
	case 7:
		return bytes_number(&in, 4);
	case 8:
		return low + bytes_byte(&in);
	default:
		return low + bytes_number(&in, 4) % (high - low + 1ull);
	}
}

static void write_number(char text[TEXT_MAX], u32 low, u32 high)
{
	static const char *const formats[] = {
		"%llu\n",  "%llu",   "0x%llx\n", "0X%llX",   "0%llo\n",
		"+%llu\n", "-%llu",  " %llu\n",	 "%llu\t\n", "%llu\n\n",
		"%llux",   "%llu.0", "\t%llu\t",
	};
	u32 which = bytes_below(&in, ARRAY_SIZE(formats));

	snprintf(text, TEXT_MAX, formats[which],
		 (unsigned long long)any_number(low, high));
}

static void write_name(char text[TEXT_MAX])
{
	static const char *const names[] = {
		"vamp", "vee14",       "vamp\n",   "vee14\n",	"",
		"\n",	"vam",	       "vampx",	   "vee14\t\n", " vamp",
		"VAMP", "vamp\nvee14", "vamp\n\n", "vee1",
	};

	snprintf(text, TEXT_MAX, "%s",
		 names[bytes_below(&in, ARRAY_SIZE(names))]);
}

/* What somebody writes to a file: an allocation of its own, its end just there. */
static char *any_text(u32 low, u32 high, bool name)
{
	u8 how = bytes_byte(&in);
	char text[TEXT_MAX] = "";

	if (how & 1)
		bytes_copy(&in, text, how >> 1 & 31);
	else if (name)
		write_name(text);
	else
		write_number(text, low, high);
	return strdup(text);
}

/* ---- what has to become of them ---- */

static bool is_end(const char *s)
{
	return !*s || !strcmp(s, "\n");
}

static bool is_name(const char *text, u32 *value)
{
	for (*value = 0; *value < 2; ++*value) {
		size_t n = strlen(policies[*value]);

		if (!strncmp(text, policies[*value], n) && is_end(text + n))
			return true;
	}
	return false;
}

/* A C number that may have a '+', and nothing around it but a line's end. */
static bool is_number(const char *text, u64 *value)
{
	char *end;

	text += *text == '+';
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return !errno && is_end(end);
}

static bool accepted(u32 p, const char *text, u32 *value)
{
	u64 number;

	if (p == POLICY)
		return is_name(text, value);
	if (!is_number(text, &number))
		return false;
	*value = (u32)number;
	if (params[p].or_zero && !number)
		return true;
	return number >= params[p].min && number <= params[p].max;
}

static void text_of(u32 p, u32 value, char text[TEXT_MAX])
{
	if (p == POLICY)
		snprintf(text, TEXT_MAX, "%s\n", policies[value]);
	else
		snprintf(text, TEXT_MAX, "%u\n", value);
}

/* ---- the paths ---- */

static const struct kernel_param *file_of(const char *name)
{
	const struct kernel_param *kp;

	for (kp = __start_shim_params; kp < __stop_shim_params; kp++)
		if (!strcmp(kp->name, name))
			return kp;
	return NULL;
}

static struct module_attribute *alias_of(const char *name)
{
	struct attribute **a;

	for (a = host.group->attrs; *a; a++)
		if (!strcmp((*a)->name, name))
			return container_of(*a, struct module_attribute, attr);
	return NULL;
}

static void check_show(u32 p, int n, const char *shown)
{
	char text[TEXT_MAX];

	text_of(p, now[p], text);
	must(n == (int)strlen(text) && !strcmp(shown, text));
}

static void show(u32 p, char *page)
{
	const struct kernel_param *kp = file_of(params[p].name);
	struct module_attribute *a;

	memset(page, 0x7f, TEXT_MAX);
	check_show(p, kp->ops->get(page, kp), page);
	a = host.group ? alias_of(params[p].name) : NULL;
	must(!host.group || params[p].alias == !!a);
	if (!a)
		return;
	must(a->attr.mode == kp->perm);
	memset(page, 0x7f, TEXT_MAX);
	check_show(p, (int)a->show(a, &host.kvm, page), page);
}

static void show_all(void)
{
	char *page = malloc(SHOWN);
	u32 i;

	for (i = 0; i < NR_PARAMS; i++)
		show(i, page);
	free(page);
}

static void check_values(void)
{
	u32 i;

	for (i = 0; i < NR_PARAMS; i++)
		must(!params[i].value || *params[i].value == now[i]);
	must(vamp_config.policy ==
	     (now[POLICY] ? &vamp_policy_vamp : &vamp_policy_vee14));
	for (i = 0; i < NR_SETTINGS; i++)
		must(*settings[i].value == set_to[i]);
}

static bool is(u32 p, const char *name)
{
	return !strcmp(params[p].name, name);
}

/* What is done at once, and nothing else. */
static void check_effects(u32 p, bool good, u32 value, u32 ends, u32 messages)
{
	bool off = good && !value && is(p, "load_monitor_enabled");
	bool in_vain = good && value && is(p, "audio_intr_redirect");

	must(host.ends - ends == off && host.pauses == host.ends);
	must(shim.messages - messages == in_vain);
}

static void store(u32 p, const char *text, bool by_alias)
{
	u32 value = 0, ends = host.ends, messages = shim.messages;
	bool good = accepted(p, text, &value);
	const struct kernel_param *kp = file_of(params[p].name);
	struct module_attribute *a = NULL;
	size_t n = strlen(text);
	ssize_t ret;

	if (by_alias && host.group)
		a = alias_of(params[p].name);
	host.pauses = host.ends;
	if (a)
		ret = a->store(a, &host.kvm, text, n);
	else
		ret = kp->ops->set(text, kp);
	if (good)
		must(ret == (a ? (ssize_t)n : 0));
	else
		must(ret == -EINVAL);
	if (good)
		now[p] = value;
	check_effects(p, good, value, ends, messages);
}

/* The file lets nobody write to it once the module is there. */
static bool may_write(u32 p)
{
	must(!(file_of(params[p].name)->perm & 0222) == params[p].fixed);
	return !params[p].fixed || !host.group;
}

static void op_store(void)
{
	u32 p = bytes_below(&in, NR_PARAMS);
	u8 how = bytes_byte(&in);
	char *text = any_text(params[p].min, params[p].max, p == POLICY);

	if (may_write(p))
		store(p, text, how & 1);
	free(text);
}

static void op_show(void)
{
	char *page = malloc(SHOWN);

	show(bytes_below(&in, NR_PARAMS), page);
	free(page);
}

/* What is shown can be written, and changes nothing. */
static void op_again(void)
{
	u32 p = bytes_below(&in, NR_PARAMS);
	u8 how = bytes_byte(&in);
	u32 was = now[p];
	char *text = malloc(TEXT_MAX);

	text_of(p, was, text);
	if (may_write(p)) {
		store(p, text, how & 1);
		must(now[p] == was);
	}
	free(text);
}

static const struct ctl_table *table_of(const char *name)
{
	size_t i;

	for (i = 0; i < host.tables; i++)
		if (!strcmp(host.table[i].procname, name))
			return &host.table[i];
	return NULL;
}

/* One number, blanks around it; what follows a blank is not looked at. */
static bool is_setting(const char *text, u32 max, u32 *value)
{
	static const char blanks[] = " \t\n\v\f\r";
	char *end;
	long number;

	text += strspn(text, blanks);
	if (*text == '+')
		return false;
	errno = 0;
	number = strtol(text, &end, 10);
	if (errno || end == text || (*end && !strchr(blanks, *end)))
		return false;
	*value = (u32)number;
	return number >= 0 && number <= (long)max;
}

static void write_sysctl(u32 s, char *text, loff_t pos)
{
	const struct ctl_table *t = table_of(settings[s].name);
	u32 value = set_to[s], ends = host.ends, messages = shim.messages;
	size_t n = strlen(text), left = n;
	bool good = is_setting(text, settings[s].max, &value);
	int ret = t->proc_handler(t, 1, text, &left, &pos);

	if (!n || pos != (loff_t)n)
		must(ret == 0);
	else
		must(ret == (good ? 0 : -EINVAL));
	if (!ret && n && pos == (loff_t)n)
		set_to[s] = value;
	must(host.ends - ends == (!ret && !s && !set_to[s]));
	must(shim.messages - messages == (!ret && s && set_to[s]));
}

static void op_sysctl(void)
{
	u32 s = bytes_below(&in, NR_SETTINGS);
	u8 how = bytes_byte(&in);
	char *text = any_text(0, settings[s].max, false);

	if (host.table)
		write_sysctl(s, text, how & 0x80 ? 1000 : 0);
	free(text);
}

static void op_sysctl_read(void)
{
	u32 s = bytes_below(&in, NR_SETTINGS);
	size_t room = bytes_below(&in, 16), size = room;
	char text[TEXT_MAX], *shown = malloc(room + 1);
	const struct ctl_table *t;
	loff_t pos = 0;

	if (host.table) {
		t = table_of(settings[s].name);
		snprintf(text, TEXT_MAX, "%u\n", set_to[s]);
		must(t->mode == 0644);
		must(t->proc_handler(t, 0, shown, &size, &pos) == 0);
		must(size == (size_t)min(room, strlen(text)));
		must(!memcmp(shown, text, size));
	}
	free(shown);
}

/* Loading that fails leaves nothing behind. */
static void load(u8 how)
{
	int err;

	host.no_kvm = how & 1;
	host.kvm_goes = how & 2;
	host.no_folder = how & 4;
	host.no_sysctl = how & 8;
	host.kvm.mod = how & 16 ? NULL : &host.kvm_module;
	if (!host.kvm.mod)
		host.kvm_goes = false;
	err = params_init();
	if (host.no_kvm || host.kvm_goes)
		must(err == -ENODEV);
	else if (host.no_folder)
		must(err == -EEXIST);
	else
		must(err == (host.no_sysctl ? -ENOMEM : 0));
	if (!err)
		return;
	must(!host.group && !host.table);
	must(!host.kvm.kobj.references && !host.kvm_module.references);
}

static void unload(void)
{
	params_exit();
	must(!host.group && !host.table);
	must(!host.kvm.kobj.references && !host.kvm_module.references);
}

static void op_reload(void)
{
	u8 how = bytes_byte(&in);

	if (host.group)
		unload();
	load(how);
}

static void (*const ops[])(void) = {
	op_store, op_store, op_store, op_again,
	op_sysctl, op_sysctl_read, op_reload, op_show,
};

static void reset(void)
{
	char text[TEXT_MAX];
	u32 i;

	for (i = 0; i < NR_PARAMS; i++) {
		text_of(i, params[i].initial, text);
		store(i, text, false);
	}
	vamp_config.kvm_vamp = 0;
	vamp_config.partial_boost = 0;
	memset(set_to, 0, sizeof(set_to));
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* The defaults are the documented ones, and no parameter is unknown here. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	u32 i;

	must(__stop_shim_params - __start_shim_params == NR_PARAMS);
	for (i = 0; i < NR_PARAMS; i++)
		now[i] = params[i].initial;
	check_values();
	show_all();
	load(0);
	must(host.tables == NR_SETTINGS);
	show_all();
	unload();
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	reset();
	in = (struct bytes){ data, data + size };
	op_reload();
	while (bytes_left(&in)) {
		ops[bytes_below(&in, ARRAY_SIZE(ops))]();
		check_values();
	}
	show_all();
	if (host.group)
		unload();
	return 0;
}
