# SPDX-License-Identifier: GPL-2.0-or-later
# report.awk - from the benchmark's raw counts to tables and core.json.
#
# Input: "count SECTION PART TIMES INSTRUCTIONS", "size VCPUS BYTES",
# "time TASKS VCPUS NS NS_OF_LONGEST_STEP". Sections are named as in bench.h.

BEGIN {
	per_ms = 3000000	# estimates: one instruction per cycle at 3 GHz
	budget["same"] = 100
	budget["other"] = budget["other-trap"] = 300
	budget_ms = 1
	budget_step_us = 50
	budget_bytes = 512 * 1024
	budget_event = 100
	what["same"] = "same task"
	what["other"] = "other task, sampled"
	what["other-trap"] = "other task, trapped"
	what["new"] = "new task, one evicted"
	what["gap"] = "same task, 1.1 s later"
	what["ipi"] = "IPI that wakes"
	what["ipi-other"] = "IPI, another vector"
	what["inject"] = "injection that wakes"
	what["inject-device"] = "injection of a device's"
	what["entry"] = "entry, nothing injected"
	what["entry-injected"] = "entry after an injection"
	what["entry-woken"] = "entry of who was woken"
	what["audio-server"] = "access of a woken server"
	what["audio-local"] = "access after a local client"
	what["audio-handler"] = "access of a handler"
	what["audio-untracked"] = "access, nothing tracked"
}

$1 == "count" && $2 == "nothing" { empty = $5 }

$1 == "count" && $2 ~ /^pair\// {
	n = ($5 - empty) / $4
	if ($3 == "core")
		pairs[++nr_pairs] = $2
	count[$2] += $3 == "core" ? n : -n
}

$1 == "count" && $2 ~ /^event\// {
	n = ($5 - empty) / $4
	if ($3 == "core")
		events[++nr_events] = $2
	count[$2] += $3 == "core" ? n : -n
}

$1 == "count" && $2 ~ /^classify\// {
	n = $5 - empty
	if (!($2 in total))
		classes[++nr_classes] = $2
	if ($3 == "phase_end") {
		phase_end[$2] = n
		next
	}
	total[$2] += n
	if ($3 == "step" && n > step[$2])
		step[$2] = n
}

$1 == "size" { sizes[++nr_sizes] = $2; bytes[$2] = $3 }

$1 == "time" { time[$2 "/" $3] = $4; time_step[$2 "/" $3] = $5 }

function verdict(value, limit)
{
	if (!limit)
		return "-"
	if (value <= limit)
		return "held"
	missed++
	return "MISSED"
}

function quoted(name, text)
{
	return "\"" name "\": \"" text "\""
}

function add(line)
{
	out = out (out ~ /\[$/ ? "\n    " : ",\n    ") line
}

function pair_line(name,    part, n, held, limit)
{
	split(name, part, "/")
	limit = part[4] in budget ? budget[part[4]] : 0
	n = sprintf("%.0f", count[name])
	held = verdict(n + 0, limit)
	printf "%-24s %-7s %-7s %8d %8s  %s\n", what[part[4]], part[2], part[3],
	       n, limit ? limit : "-", held
	add("{ " quoted("case", part[4]) ", " quoted("policy", part[2]) ", " \
	    quoted("phase", part[3]) ", \"instructions\": " n \
	    (limit ? ", \"budget\": " limit : "") " }")
}

# Who was woken is another task: that has a budget of its own, as a pair. An
# access to a device costs an exit to QEMU, beside which the core's part is small.
function event_line(name,    part, n, held, limit)
{
	split(name, part, "/")
	limit = part[4] ~ /^(entry-woken|audio)/ ? 0 : budget_event
	n = sprintf("%.0f", count[name])
	held = verdict(n + 0, limit)
	printf "%-28s %-7s %-7s %8d %8s  %s\n", what[part[4]], part[2],
	       part[3], n, limit ? limit : "-", held
	add("{ " quoted("case", part[4]) ", " quoted("policy", part[2]) ", " \
	    quoted("phase", part[3]) ", \"instructions\": " n \
	    (limit ? ", \"budget\": " limit : "") " }")
}

function class_line(name,    part, key, ms, us, held)
{
	split(name, part, "/")
	key = part[3] "/" part[4]
	ms = total[name] / per_ms
	us = step[name] / per_ms * 1000
	held = verdict(ms, budget_ms)
	if (verdict(us, budget_step_us) == "MISSED")
		held = "MISSED"
	printf "%5d %5d  %-6s %9d %8.3f %9d %8.1f", part[3], part[4], part[2],
	       total[name], ms, step[name], us
	if (part[2] == "vamp")
		printf " %9.3f %8.1f", time[key] / 1e6, time_step[key] / 1e3
	else
		printf " %9s %8s", "", ""
	printf "  %s\n", held
	add("{ \"tasks\": " part[3] ", \"vcpus\": " part[4] ", " \
	    quoted("policy", part[2]) ", \"instructions\": " total[name] \
	    ", \"estimate_ms\": " ms ", \"largest_step\": " step[name] \
	    ", \"estimate_step_us\": " us \
	    ", \"phase_end\": " phase_end[name] \
	    ", \"measured_ms\": " time[key] / 1e6 + 0 \
	    ", \"measured_step_us\": " time_step[key] / 1e3 " }")
}

function size_line(vcpus,    held)
{
	held = verdict(bytes[vcpus], vcpus == 8 ? budget_bytes : 0)
	printf "%5d %9d %8s  %s\n", vcpus, bytes[vcpus],
	       vcpus == 8 ? budget_bytes : "-", held
	add("{ \"vcpus\": " vcpus ", \"bytes\": " bytes[vcpus] \
	    (vcpus == 8 ? ", \"budget\": " budget_bytes : "") " }")
}

END {
	if (!nr_pairs || !nr_events || !nr_classes || !nr_sizes) {
		print "bench-core: no counts" > "/dev/stderr"
		exit 2
	}
	print "\nInstructions for an exit and the entry after it, 1 ms apart:"
	printf "%-24s %-7s %-7s %8s %8s\n", "", "policy", "phase", "counted",
	       "budget"
	out = "{\n  \"pairs\": ["
	for (i = 1; i <= nr_pairs; i++)
		pair_line(pairs[i])
	print "\nInstructions for an event:"
	printf "%-28s %-7s %-7s %8s %8s\n", "", "policy", "phase", "counted",
	       "budget"
	out = out "\n  ],\n  \"events\": ["
	for (i = 1; i <= nr_events; i++)
		event_line(events[i])
	out = out "\n  ],\n  \"instructions_per_ms\": " per_ms ","
	printf "\nA classification in steps of 256 slots and threads; estimates at %d " \
	       "instructions per ms\n(budgets: %d ms, %d us a step); measured " \
	       "here, least of many:\n", per_ms, budget_ms, budget_step_us
	printf "%5s %5s  %-6s %9s %8s %9s %8s %9s %8s\n", "tasks", "vCPUs",
	       "policy", "instr.", "est. ms", "step", "est. us", "meas. ms",
	       "step us"
	out = out "\n  \"classifications\": ["
	for (i = 1; i <= nr_classes; i++)
		class_line(classes[i])
	print "\nBytes for a VM:"
	printf "%5s %9s %8s\n", "vCPUs", "bytes", "budget"
	out = out "\n  ],\n  \"sizes\": ["
	for (i = 1; i <= nr_sizes; i++)
		size_line(sizes[i])
	out = out "\n  ],\n  \"budgets_missed\": " missed + 0 "\n}"
	print out > json
	printf "\n%s\n", missed ? missed " budgets missed" : "all budgets held"
	exit missed > 0
}
