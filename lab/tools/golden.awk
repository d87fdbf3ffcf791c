# SPDX-License-Identifier: GPL-2.0-or-later
# golden - what the core was told of one VM, from a trace, as a stream that
# tests/golden/replay tells it again:
#
#   lab/run SCENARIO --trace kvm:kvm_vamp_event
#   t=build/lab/SCENARIO/trace.txt
#   awk -f lab/tools/golden.awk [-v NAME=VALUE]... pass=1 $t pass=2 $t
#
#   vm=ID          the VM, as in vm_id=; else the one with the most inputs
#   from=SEQ       from this event on, as if the VM were made there
#   to=SEQ         up to this event
#   tick_ns=N      how late CPU times may be: a tick of the host and 1 ms
#   latency_ns=N   remote_wakeup_latency_ns
#   window_ns=N    load_monitor_window
#
# Lines may be out of order, as each CPU has a buffer of its own; seq counts the
# events of a VM. The stream's format is in tests/golden/README.md.

BEGIN {
	if (!tick_ns)
		tick_ns = 5000000
	if (latency_ns == "")
		latency_ns = 20000
	if (!window_ns)
		window_ns = 30000000
	# what an event has a use for: vCPU, now, clocks of the thread, task, arg
	uses["make"] = "na"
	uses["config"] = "ka"
	uses["entry"] = "vncka"
	uses["exit"] = "vnck"
	uses["halt"] = "v"
	uses["pause"] = "v"
	uses["sync"] = "vnc"
	uses["ipi"] = "vnca"
	uses["inject"] = "vnca"
	uses["intr"] = "vna"
	uses["audio"] = "vnc"
	uses["input"] = "na"
	uses["output"] = "n"
	uses["begin"] = "n"
	uses["step"] = ""
	uses["end"] = ""
	uses["over"] = ""
	uses["profile"] = "n"
	# of no interest to policy vee14, or said otherwise
	n = split("ask param learned vector raised weigh look room open close " \
		"knock unheard gave result phase class", other, " ")
	for (i = 1; i <= n; i++)
		uses[other[i]] = "-"
	making = 1099511627776	# 2^40: seq / making numbers the VM's making
	for (op in uses) {
		has_vcpu[op] = uses[op] ~ /v/
		has_now[op] = uses[op] ~ /n/
		has_clocks[op] = uses[op] ~ /c/
		has_task[op] = uses[op] ~ /k/
		has_arg[op] = uses[op] ~ /a/
	}
	next_seq = 0
}

function fail(text)
{
	print "golden.awk: " text >"/dev/stderr"
	failed = 1
	exit 1
}

# The VM that is told of most by its user and its sound.
function choose(    key, id, best)
{
	for (key in events) {
		id = key
		sub(/\..*/, "", id)
		if (vm != "" && id != vm)
			continue
		if (best == "" || inputs[key] > inputs[best] ||
		    (inputs[key] == inputs[best] && events[key] > events[best]))
			best = key
	}
	if (best == "" && vm != "")
		fail("the trace has no VM " vm)
	return best
}

# Differences of numbers that the format of integers may be too small for.
function minus(a, b)
{
	return sprintf("%.0f", a - b)
}

# One line of the stream; zeros at its end are left out.
function put(op, vcpu, now, delay, cpu, task, arg,    line, zeros, field, i)
{
	field[1] = has_vcpu[op] ? vcpu : "-"
	field[2] = field[3] = field[4] = field[5] = field[6] = 0
	if (has_now[op]) {
		field[2] = minus(now, last_now)
		last_now = now
	}
	if (has_clocks[op]) {
		field[3] = minus(delay, last_delay[vcpu])
		field[4] = minus(cpu, last_cpu[vcpu])
		last_delay[vcpu] = delay
		last_cpu[vcpu] = cpu
	}
	if (has_task[op])
		field[5] = task == "ffffffffffffffff" ? "-" : task
	if (has_arg[op])
		field[6] = arg
	line = op
	zeros = has_vcpu[op] ? "" : " -"
	if (has_vcpu[op])
		line = line " " vcpu
	for (i = 2; i <= 6; i++) {
		if (field[i] == "0") {
			zeros = zeros " 0"
			continue
		}
		line = line zeros " " field[i]
		zeros = ""
	}
	print line
}

# What a stream that begins in the middle has to know.
function remember(op, now, task, arg)
{
	if (op == "make")
		nr_vcpus = arg % 65536
	if (op == "make")
		track = int(arg / 65536)
	if (op == "entry")
		track = int(arg / 2)
	if (op == "config") {
		config_task = task
		config_arg = arg
	}
	if (has_now[op])
		before = now
}

function start(period)
{
	printf "vamp-stream 1 policy=vee14 wakeup_latency_ns=%s load_period_ms=%d load_window_ns=%s tick_ns=%s\n",
		latency_ns, period, window_ns, tick_ns
}

# 20 hexadecimal is 32.
function hex(text,    i, n)
{
	for (i = 1; i <= length(text); i++)
		n = n * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
	return n
}

function emit(seq, text,    f, op)
{
	split(text, f, " ")
	op = f[1]
	if (op == "make")
		start(hex(f[6]))
	if (seq < from) {
		remember(op, f[3], f[6], f[7])
		return
	}
	if (from > 0 && !cut) {
		put("make", -1, before, 0, 0, 0, nr_vcpus + track * 65536)
		put("config", -1, 0, 0, 0, config_task, config_arg)
		cut = 1
	}
	if (op == "begin")
		begun = 1
	if ((op == "step" || op == "end") && !begun)
		return
	if (uses[op] != "-")
		put(op, f[2], f[3], f[4], f[5], f[6], f[7])
}

!/ kvm_vamp_event: / {
	next
}

{
	split(substr($0, index($0, " kvm_vamp_event: ") + 17), w, /[ =]/)
	# vm_id 2, seq 4, op 6, vcpu 8, now 10, run_delay 12, cpu_time 14,
	# task 16, arg 18
	key = w[2] "." int(w[4] / making)
	w[4] %= making
	if (w[1] != "vm_id" || w[17] != "arg" || !(w[6] in uses))
		fail("not an event: " $0)
}

pass == 1 {
	events[key]++
	inputs[key] += w[6] == "input" || w[6] == "output"
	next
}

{
	if (chosen == "")
		chosen = choose()
	if (key != chosen)
		next
	held[w[4] + 0] = w[6] " " w[8] " " w[10] " " w[12] " " w[14] " " w[16] " " w[18]
	while (next_seq in held) {
		if (next_seq == 0 && held[0] !~ /^make /)
			fail("the first event of VM " vm " is not its making")
		if (to != "" && next_seq > to)
			exit
		emit(next_seq, held[next_seq])
		delete held[next_seq]
		next_seq++
	}
}

END {
	if (failed)
		exit 1
	if (chosen == "")
		fail("no events")
	if (to != "" && next_seq > to)
		exit
	for (seq in held)
		fail("event " next_seq " is missing: the recording lost events")
	if (from != "" && next_seq <= from)
		fail("there is no event " from)
}
