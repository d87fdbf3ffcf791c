# SPDX-License-Identifier: GPL-2.0-or-later
# count.awk - instructions of vamp.ko by function.
#
#	awk -f count.awk symbols.txt counts.txt
#
# symbols.txt: lines of /proc/kallsyms; counts.txt: what count.so wrote. Prints
# each function's calls, its own instructions a call, and its part of all; the
# last line has all instructions for each VM entry (calls of probe_entry).

function value(hex,	i, v)
{
	# The modules' part: the last 30 bits are enough, and exact.
	hex = substr(hex, length(hex) - 7)
	v = 0
	for (i = 1; i <= length(hex); i++)
		v = v * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return v
}

FNR == 1 { file++ }

file == 1 && tolower($2) == "t" {
	start[n] = value($1)
	module[n] = $4
	name[n++] = $3
	next
}

file == 2 && FNR == 1 { sort_symbols() }

file == 2 && $1 == "overflow" { print "too many blocks: counts are too low" }

file == 2 && NF == 3 {
	a = value($1)
	if (a < start[0] || a >= start[n - 1] + 4096)
		next
	f = find(a)
	if (module[f] != "[vamp]")
		next
	instructions[f] += $2 * $3
	all += $2 * $3
	if (a == start[f])
		calls[f] += $3
}

# Heap sort: modules have thousands of functions.
function sort_symbols(	i)
{
	for (i = int(n / 2) - 1; i >= 0; i--)
		sink(i, n)
	for (i = n - 1; i > 0; i--) {
		swap(0, i)
		sink(0, i)
	}
}

function sink(i, size,	child)
{
	while ((child = 2 * i + 1) < size) {
		if (child + 1 < size && start[child + 1] > start[child])
			child++
		if (start[i] >= start[child])
			return
		swap(i, child)
		i = child
	}
}

function swap(a, b,	t)
{
	t = start[a]; start[a] = start[b]; start[b] = t
	t = name[a]; name[a] = name[b]; name[b] = t
	t = module[a]; module[a] = module[b]; module[b] = t
}

function find(a,	low, high, middle)
{
	low = 0
	high = n - 1
	while (low < high) {
		middle = int((low + high + 1) / 2)
		if (start[middle] <= a)
			low = middle
		else
			high = middle - 1
	}
	return low
}

END {
	printf "%-28s %10s %12s %8s\n", "function", "calls", "instructions", "of all"
	for (f = 0; f < n; f++) {
		if (name[f] == "probe_entry")
			entries = calls[f]
		if (instructions[f] > all / 500)
			printf "%-28s %10d %12.1f %7.1f%%\n", name[f], calls[f],
				calls[f] ? instructions[f] / calls[f] : 0,
				100 * instructions[f] / all | "sort -k4,4nr"
	}
	close("sort -k4,4nr")
	if (entries)
		printf "all of vamp.ko: %.1f instructions for each of %d entries\n",
			all / entries, entries
}
