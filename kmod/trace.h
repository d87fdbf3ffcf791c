/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - our tracepoints, in events/kvm/ beside KVM's own: the original's
 * names and fields, and kvm_vamp_* of ours. docs/tracepoints.md says when each
 * fires.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm

#if !defined(VAMP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VAMP_TRACE_H

#include <linux/tracepoint.h>

TRACE_EVENT(kvm_vcpu_switch,
	TP_PROTO(int op, int vcpu_id, u64 schedstat, int state),
	TP_ARGS(op, vcpu_id, schedstat, state),
	TP_STRUCT__entry(
		__field(int, op)
		__field(int, vcpu_id)
		__field(u64, schedstat)
		__field(int, state)
	),
	TP_fast_assign(
		__entry->op = op;
		__entry->vcpu_id = vcpu_id;
		__entry->schedstat = schedstat;
		__entry->state = state;
	),
	TP_printk("op=%s vcpu_id=%d schedstat=%llu state=%d",
		  __entry->op ? "arrive" : "depart", __entry->vcpu_id,
		  __entry->schedstat, __entry->state)
);

TRACE_EVENT(kvm_gthread_switch,
	TP_PROTO(int op, int vcpu_id, u64 guest_task_id, u32 load_idx,
		 u64 cpu_load, u32 flags),
	TP_ARGS(op, vcpu_id, guest_task_id, load_idx, cpu_load, flags),
	TP_STRUCT__entry(
		__field(int, op)
		__field(int, vcpu_id)
		__field(u64, guest_task_id)
		__field(u32, load_idx)
		__field(u64, cpu_load)
		__field(u32, flags)
	),
	TP_fast_assign(
		__entry->op = op;
		__entry->vcpu_id = vcpu_id;
		__entry->guest_task_id = guest_task_id;
		__entry->load_idx = load_idx;
		__entry->cpu_load = cpu_load;
		__entry->flags = flags;
	),
	TP_printk("op=%s vcpu_id=%d guest_task_id=%llx load_idx=%u cpu_load=%llu flags=%x",
		  __entry->op ? "arrive" : "depart", __entry->vcpu_id,
		  __entry->guest_task_id, __entry->load_idx,
		  __entry->cpu_load, __entry->flags)
);

TRACE_EVENT(kvm_ui,
	TP_PROTO(int vm_id, u32 event_type, u32 event_info, u32 load_idx),
	TP_ARGS(vm_id, event_type, event_info, load_idx),
	TP_STRUCT__entry(
		__field(int, vm_id)
		__field(u32, event_type)
		__field(u32, event_info)
		__field(u32, load_idx)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->event_type = event_type;
		__entry->event_info = event_info;
		__entry->load_idx = load_idx;
	),
	TP_printk("vm_id=%d event_type=%u event_info=%u load_idx=%u",
		  __entry->vm_id, __entry->event_type, __entry->event_info,
		  __entry->load_idx)
);

TRACE_EVENT(kvm_load_check,
	TP_PROTO(int op, int vm_id, u32 nr_load_entries, u32 load_period_msec,
		 u64 start_load_time, u64 end_load_time, int output),
	TP_ARGS(op, vm_id, nr_load_entries, load_period_msec, start_load_time,
		end_load_time, output),
	TP_STRUCT__entry(
		__field(int, op)
		__field(int, vm_id)
		__field(u32, nr_load_entries)
		__field(u32, load_period_msec)
		__field(u64, start_load_time)
		__field(u64, end_load_time)
		__field(int, output)
	),
	TP_fast_assign(
		__entry->op = op;
		__entry->vm_id = vm_id;
		__entry->nr_load_entries = nr_load_entries;
		__entry->load_period_msec = load_period_msec;
		__entry->start_load_time = start_load_time;
		__entry->end_load_time = end_load_time;
		__entry->output = output;
	),
	TP_printk("op=%s vm_id=%d nr_load_entries=%u load_period_msec=%u start_load_time=%llu end_load_time=%llu output=%d",
		  __entry->op ? "start" : "end", __entry->vm_id,
		  __entry->nr_load_entries, __entry->load_period_msec,
		  __entry->start_load_time, __entry->end_load_time,
		  __entry->output)
);

TRACE_EVENT(kvm_vcpu_stat,
	TP_PROTO(int vm_id, int vcpu_id, u64 run_delay),
	TP_ARGS(vm_id, vcpu_id, run_delay),
	TP_STRUCT__entry(
		__field(int, vm_id)
		__field(int, vcpu_id)
		__field(u64, run_delay)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->vcpu_id = vcpu_id;
		__entry->run_delay = run_delay;
	),
	TP_printk("vm_id=%d vcpu_id=%d run_delay=%llu",
		  __entry->vm_id, __entry->vcpu_id, __entry->run_delay)
);

TRACE_EVENT(kvm_vcpu_load,
	TP_PROTO(int vm_id, int vcpu_id, u32 cur_load_idx, u32 load_idx,
		 u64 cpu_load),
	TP_ARGS(vm_id, vcpu_id, cur_load_idx, load_idx, cpu_load),
	TP_STRUCT__entry(
		__field(int, vm_id)
		__field(int, vcpu_id)
		__field(u32, cur_load_idx)
		__field(u32, load_idx)
		__field(u64, cpu_load)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->vcpu_id = vcpu_id;
		__entry->cur_load_idx = cur_load_idx;
		__entry->load_idx = load_idx;
		__entry->cpu_load = cpu_load;
	),
	TP_printk("vm_id=%d vcpu_id=%d cur_load_idx=%u load_idx=%u cpu_load=%llu",
		  __entry->vm_id, __entry->vcpu_id, __entry->cur_load_idx,
		  __entry->load_idx, __entry->cpu_load)
);

TRACE_EVENT(kvm_gthread_load,
	TP_PROTO(int vm_id, u64 guest_task_id, int vcpu_id, u32 cur_load_idx,
		 u32 load_idx, u64 cpu_load),
	TP_ARGS(vm_id, guest_task_id, vcpu_id, cur_load_idx, load_idx,
		cpu_load),
	TP_STRUCT__entry(
		__field(int, vm_id)
		__field(u64, guest_task_id)
		__field(int, vcpu_id)
		__field(u32, cur_load_idx)
		__field(u32, load_idx)
		__field(u64, cpu_load)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->guest_task_id = guest_task_id;
		__entry->vcpu_id = vcpu_id;
		__entry->cur_load_idx = cur_load_idx;
		__entry->load_idx = load_idx;
		__entry->cpu_load = cpu_load;
	),
	TP_printk("vm_id=%d guest_task_id=%llx vcpu_id=%d cur_load_idx=%u load_idx=%u cpu_load=%llu",
		  __entry->vm_id, __entry->guest_task_id, __entry->vcpu_id,
		  __entry->cur_load_idx, __entry->load_idx, __entry->cpu_load)
);

TRACE_EVENT(kvm_load_info,
	TP_PROTO(int vm_id, u32 interactive_phase, u32 pre_monitor_load,
		 u32 vm_load, u32 eff_vm_load, u32 reactive_gtask_load),
	TP_ARGS(vm_id, interactive_phase, pre_monitor_load, vm_load,
		eff_vm_load, reactive_gtask_load),
	TP_STRUCT__entry(
		__field(int, vm_id)
		__field(u32, interactive_phase)
		__field(u32, pre_monitor_load)
		__field(u32, vm_load)
		__field(u32, eff_vm_load)
		__field(u32, reactive_gtask_load)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->interactive_phase = interactive_phase;
		__entry->pre_monitor_load = pre_monitor_load;
		__entry->vm_load = vm_load;
		__entry->eff_vm_load = eff_vm_load;
		__entry->reactive_gtask_load = reactive_gtask_load;
	),
	TP_printk("vm_id=%d interactive_phase=%u pre_monitor_load=%u vm_load=%u eff_vm_load=%u reactive_gtask_load=%u",
		  __entry->vm_id, __entry->interactive_phase,
		  __entry->pre_monitor_load, __entry->vm_load,
		  __entry->eff_vm_load, __entry->reactive_gtask_load)
);

TRACE_EVENT(kvm_gtask_stat,
	TP_PROTO(int vm_id, u32 interactive_phase, u64 guest_task_id,
		 u32 cpu_load, u32 flags),
	TP_ARGS(vm_id, interactive_phase, guest_task_id, cpu_load, flags),
	TP_STRUCT__entry(
		__field(int, vm_id)
		__field(u32, interactive_phase)
		__field(u64, guest_task_id)
		__field(u32, cpu_load)
		__field(u32, flags)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->interactive_phase = interactive_phase;
		__entry->guest_task_id = guest_task_id;
		__entry->cpu_load = cpu_load;
		__entry->flags = flags;
	),
	TP_printk("vm_id=%d interactive_phase=%u guest_task_id=%llx cpu_load=%u flags=%x",
		  __entry->vm_id, __entry->interactive_phase,
		  __entry->guest_task_id, __entry->cpu_load, __entry->flags)
);

TRACE_EVENT(kvm_bg_vcpu,
	TP_PROTO(int vcpu_id, u64 bg_exec_time, u64 exec_time, int bg_nice),
	TP_ARGS(vcpu_id, bg_exec_time, exec_time, bg_nice),
	TP_STRUCT__entry(
		__field(int, vcpu_id)
		__field(u64, bg_exec_time)
		__field(u64, exec_time)
		__field(int, bg_nice)
	),
	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
		__entry->bg_exec_time = bg_exec_time;
		__entry->exec_time = exec_time;
		__entry->bg_nice = bg_nice;
	),
	TP_printk("vcpu_id=%d bg_exec_time=%llu exec_time=%llu bg_nice=%d",
		  __entry->vcpu_id, __entry->bg_exec_time, __entry->exec_time,
		  __entry->bg_nice)
);

TRACE_EVENT(kvm_system_task,
	TP_PROTO(int vcpu_id, u64 system_task_id, u64 cur_task_id),
	TP_ARGS(vcpu_id, system_task_id, cur_task_id),
	TP_STRUCT__entry(
		__field(int, vcpu_id)
		__field(u64, system_task_id)
		__field(u64, cur_task_id)
	),
	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
		__entry->system_task_id = system_task_id;
		__entry->cur_task_id = cur_task_id;
	),
	TP_printk("vcpu_id=%d system_task_id=%llx cur_task_id=%llx",
		  __entry->vcpu_id, __entry->system_task_id,
		  __entry->cur_task_id)
);

TRACE_EVENT(kvm_ipi,
	TP_PROTO(int src_vcpu_id, int dst_vcpu_id, u32 vector),
	TP_ARGS(src_vcpu_id, dst_vcpu_id, vector),
	TP_STRUCT__entry(
		__field(int, src_vcpu_id)
		__field(int, dst_vcpu_id)
		__field(u32, vector)
	),
	TP_fast_assign(
		__entry->src_vcpu_id = src_vcpu_id;
		__entry->dst_vcpu_id = dst_vcpu_id;
		__entry->vector = vector;
	),
	TP_printk("src_vcpu_id=%d dst_vcpu_id=%d vector=%x",
		  __entry->src_vcpu_id, __entry->dst_vcpu_id, __entry->vector)
);

TRACE_EVENT(kvm_audio_access,
	TP_PROTO(int vcpu_id, u64 port),
	TP_ARGS(vcpu_id, port),
	TP_STRUCT__entry(
		__field(int, vcpu_id)
		__field(u64, port)
	),
	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
		__entry->port = port;
	),
	TP_printk("vcpu_id=%d port=%llx", __entry->vcpu_id, __entry->port)
);

TRACE_EVENT(kvm_bg2fg,
	TP_PROTO(int vcpu_id, u64 gtask_id),
	TP_ARGS(vcpu_id, gtask_id),
	TP_STRUCT__entry(
		__field(int, vcpu_id)
		__field(u64, gtask_id)
	),
	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
		__entry->gtask_id = gtask_id;
	),
	TP_printk("vcpu_id=%d gtask_id=%llx", __entry->vcpu_id,
		  __entry->gtask_id)
);

TRACE_EVENT(kvm_vamp_event,
	TP_PROTO(int vm_id, u64 seq, const char *op, int vcpu,
		 const struct vamp_observed *o, u32 arg),
	TP_ARGS(vm_id, seq, op, vcpu, o, arg),
	TP_STRUCT__entry(
		__field(int, vm_id)
		__field(u64, seq)
		__array(char, op, 8)
		__field(int, vcpu)
		__field(u64, now)
		__field(u64, run_delay)
		__field(u64, cpu_time)
		__field(u64, task)
		__field(u32, arg)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->seq = seq;
		strscpy(__entry->op, op, sizeof(__entry->op));
		__entry->vcpu = vcpu;
		__entry->now = o->now;
		__entry->run_delay = o->run_delay;
		__entry->cpu_time = o->cpu_time;
		__entry->task = o->task_id;
		__entry->arg = arg;
	),
	TP_printk("vm_id=%d seq=%llu op=%s vcpu=%d now=%llu run_delay=%llu cpu_time=%llu task=%llx arg=%u",
		  __entry->vm_id, __entry->seq, __entry->op, __entry->vcpu,
		  __entry->now, __entry->run_delay, __entry->cpu_time,
		  __entry->task, __entry->arg)
);

TRACE_EVENT(kvm_vamp_weight,
	TP_PROTO(int vm_id, int vcpu_id, u64 guest_task_id, int nice,
		 const char *why),
	TP_ARGS(vm_id, vcpu_id, guest_task_id, nice, why),
	TP_STRUCT__entry(
		__field(int, vm_id)
		__field(int, vcpu_id)
		__field(u64, guest_task_id)
		__field(int, nice)
		__array(char, why, 40)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->vcpu_id = vcpu_id;
		__entry->guest_task_id = guest_task_id;
		__entry->nice = nice;
		strscpy(__entry->why, why, sizeof(__entry->why));
	),
	TP_printk("vm_id=%d vcpu_id=%d guest_task_id=%llx nice=%d why=%s",
		  __entry->vm_id, __entry->vcpu_id, __entry->guest_task_id,
		  __entry->nice, __entry->why)
);

TRACE_EVENT(kvm_vamp_class,
	TP_PROTO(int vm_id, int vcpu_id, u64 guest_task_id, u32 load,
		 u32 threshold, bool background, const char *why),
	TP_ARGS(vm_id, vcpu_id, guest_task_id, load, threshold, background,
		why),
	TP_STRUCT__entry(
		__field(int, vm_id)
		__field(int, vcpu_id)
		__field(u64, guest_task_id)
		__field(u32, load)
		__field(u32, threshold)
		__field(bool, background)
		__array(char, why, 40)
	),
	TP_fast_assign(
		__entry->vm_id = vm_id;
		__entry->vcpu_id = vcpu_id;
		__entry->guest_task_id = guest_task_id;
		__entry->load = load;
		__entry->threshold = threshold;
		__entry->background = background;
		strscpy(__entry->why, why, sizeof(__entry->why));
	),
	TP_printk("vm_id=%d vcpu_id=%d guest_task_id=%llx load=%u threshold=%u background=%d why=%s",
		  __entry->vm_id, __entry->vcpu_id, __entry->guest_task_id,
		  __entry->load, __entry->threshold, __entry->background,
		  __entry->why)
);

#endif /* VAMP_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
