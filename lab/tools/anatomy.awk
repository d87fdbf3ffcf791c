# SPDX-License-Identifier: GPL-2.0-or-later
# anatomy - where the time of a response goes, from a trace of scenario desktop:
#
#   lab/run desktop --trace kvm:kvm_ui,kvm:kvm_gthread_switch,sched:sched_switch
#   t=build/lab/desktop/trace.txt
#   awk -f lab/tools/anatomy.awk pass=1 $t pass=2 $t
#
# A response begins with the input (kvm_ui) and ends when its application runs
# for the last time. The application is the guest task that runs most in the
# responses of mode idle, where nothing else does. From its first run on, each
# moment is one of three on the vCPU where it ran last: the application runs,
# another guest task runs (the guest divides its vCPU), or the vCPU's thread is
# not on a CPU (the host divides its CPU). Milliseconds, medians of all responses.
# Mode idle only serves to find it: an idle vCPU keeps its last address space.

function field(name,    s)
{
	if (!match($0, name "=[^ ]+"))
		return ""
	s = substr($0, RSTART, RLENGTH)
	sub(/^[^=]*=/, "", s)
	return s
}

# The thread's number is between the last dash and the CPU in brackets.
function thread(    s)
{
	s = $0
	sub(/ +\( *[0-9-]+\) +\[[0-9]+\].*/, "", s)
	sub(/.*-/, "", s)
	return s + 0
}

# The process, in parentheses before the CPU.
function process(    s)
{
	if (!match($0, /\( *[0-9]+\) +\[/))
		return 0
	s = substr($0, RSTART + 1, RLENGTH)
	return s + 0
}

function stamp(    s)
{
	if (!match($0, /[0-9]+\.[0-9]+: /))
		return 0
	s = substr($0, RSTART, RLENGTH)
	return s * 1000
}

# What the time since the last event was, on the application's vCPU.
function account(now,    ms)
{
	ms = now - last
	last = now
	if (!answering || !home)
		return
	if (!on_cpu[home])
		wait += ms
	else if (task[home] == app)
		run += ms
	else
		other += ms
	if (task[home] == app && on_cpu[home])
		keep()
}

# The response's numbers as of the application's latest moment.
function keep()
{
	kept_run = run
	kept_other = other
	kept_wait = wait
	kept_way = way
	kept_moves = moves
}

function finish()
{
	if (answering && kept_run > 5) {
		n[mode]++
		put("way", kept_way)
		put("run", kept_run)
		put("other", kept_other)
		put("wait", kept_wait)
		put("moves", kept_moves)
	}
	answering = 0
}

function put(what, value)
{
	sample[mode, what, n[mode]] = value
}

function median(m, what,    i, j, x, v, count)
{
	count = n[m]
	for (i = 1; i <= count; i++) {
		x = sample[m, what, i]
		for (j = i - 1; j > 0 && v[j] > x; j--)
			v[j + 1] = v[j]
		v[j + 1] = x
	}
	return count % 2 ? v[(count + 1) / 2] : (v[count / 2] + v[count / 2 + 1]) / 2
}

function begin_response(now)
{
	finish()
	answering = 1
	began = now
	home = 0
	run = other = wait = moves = way = 0
	kept_run = 0
}

function arrive(now, t, id)
{
	vcpu[t] = 1
	task[t] = id
	if (id != app || !answering)
		return
	if (!home)
		way = now - began
	else if (home != t)
		moves++
	home = t
}

# First pass: which task is the application? cpu_load is a task's execution, ns.
pass == 1 && /: mode / { mode = $NF }
pass == 1 && /kvm_ui:/ { vm = field("vm_id") }
pass == 1 && /kvm_gthread_switch:/ && process() == vm && mode == "idle" {
	id = field("guest_task_id")
	load = field("cpu_load")
	if (id in seen)
		busy[id] += load - seen[id]
	seen[id] = load
}
pass == 1 && /kvm_gthread_switch:/ && process() == vm && mode != "idle" {
	seen[field("guest_task_id")] = field("cpu_load")
}

pass == 2 && !chosen {
	for (id in busy)
		if (busy[id] > most) {
			most = busy[id]
			app = id
		}
	chosen = 1
	mode = ""
}
pass == 2 && /: mode / { finish(); mode = $NF; if (!(mode in n)) n[mode] = 0 }
pass == 2 && /: [a-z_]+: / { account(stamp()) }
pass == 2 && /kvm_ui:/ && field("event_type") == 0 { begin_response(stamp()) }
pass == 2 && /kvm_gthread_switch: op=arrive/ && process() == vm { arrive(stamp(), thread(), field("guest_task_id")) }
pass == 2 && /sched_switch:/ {
	on_cpu[field("prev_pid")] = 0
	on_cpu[field("next_pid")] = 1
}

END {
	finish()
	printf "%-6s %4s %8s %8s %8s %8s %8s %6s\n", "mode", "n", "way", "runs", \
		"others", "host", "total", "moves"
	for (m in n)
		if (n[m] && m != "" && m != "idle")
			printf "%-6s %4d %8.1f %8.1f %8.1f %8.1f %8.1f %6.1f\n", m, n[m], \
				median(m, "way"), median(m, "run"), median(m, "other"), \
				median(m, "wait"), median(m, "way") + median(m, "run") + \
				median(m, "other") + median(m, "wait"), median(m, "moves")
}
