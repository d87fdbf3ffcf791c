# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153	# variables that lab/run shares
# boot.sh - runs the emulated host and follows what its harness says.
#
# The harness speaks on a serial line of its own, one line at a time:
#	P text		a step			L text	a live counter
#	M		the module is about to be loaded
#	J text		a line of report.json	V word reason	the verdict

# Never a console on the monitor's or the harness's line. No network card: its
# boot ROM costs seconds.
readonly HOST_APPEND="console=ttyS0 panic=-1 quiet mitigations=off nokaslr \
no_timer_check"

# boot_qemu ACCEL-ARGUMENTS... -- SERIES CONSOLE CHANNEL INITRD FOLDER
# FOLDER is what the host may write to.
# Becomes QEMU, so that the caller's $! is its process.
boot_qemu()
{
	local accel=()

	while [[ $1 != -- ]]; do
		accel+=("$1")
		shift
	done
	exec "$EMULATOR" "${accel[@]}" -smp 3 -m 4G \
		-kernel "$(kernel_dir "$2")/vmlinux" -initrd "$5" \
		-append "$HOST_APPEND" -nic none -display none -no-reboot \
		-serial "file:$3" -serial "file:$4" -monitor none \
		-virtfs "local,path=${6//,/,,},mount_tag=out,security_model=none" \
		-virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap
}

# stop_process PID: ours alone.
stop_process()
{
	kill "$1" 2>/dev/null || return 0
	for _ in {1..30}; do
		kill -0 "$1" 2>/dev/null || break
		sleep 0.1
	done
	kill -9 "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# probe_boot SERIES DIR: true if a host under KVM comes up with KVM of its own.
probe_boot()
{
	local pid answer=

	: >"$2/answer"
	boot_qemu -accel kvm -cpu host -- "$1" "$2/console" "$2/answer" \
		"$LAB_OUT/host-$1.img" "$2" >"$2/qemu.log" 2>&1 &
	pid=$!
	for _ in {1..100}; do
		answer=$(<"$2/answer")
		[[ $answer ]] && break
		kill -0 $pid 2>/dev/null || break
		grep -qs 'KVM internal error' "$2/qemu.log" && break
		sleep 0.1
	done
	stop_process $pid
	[[ $answer == yes* ]]
}

# probe_kvm SERIES: yes or no; asked once per boot of this machine. That
# /dev/kvm exists says nothing: only a host that came up does.
probe_kvm()
{
	local dir=$LAB_OUT/probe mark

	mark=$(cat /proc/sys/kernel/random/boot_id)
	if [[ ! -w /dev/kvm ]]; then
		echo no
	elif [[ $(sed -n 1p "$dir/mark" 2>/dev/null) == "$mark" ]]; then
		sed -n 2p "$dir/mark"
	else
		step "testing whether KVM here can run a host with KVM of its own" >&2
		mkdir -p "$dir"
		probe_boot "$1" "$dir" && answer=yes || answer=no
		printf '%s\n%s\n' "$mark" "$answer" >"$dir/mark"
		echo "$answer"
	fi
}

# heard LINE: act on one line of the harness.
heard()
{
	local text=${1:2}

	case $1 in
	'P '*) DOING=$text; step "$text" ;;
	'L '*) DOING=$text ;;
	'M '* | M) MODULE_LOADED=yes ;;
	'J '*) printf '%s\n' "$text" >>"$OUT/report.json" ;;
	'V '*) VERDICT=${text%% *} REASON=${text#* } ;;
	esac
}

# listen FD: take in all that is there; a line may come in parts.
listen()
{
	local part

	while IFS= read -r part <&"$1"; do
		heard "${PARTIAL//$'\r'/}${part%$'\r'}"
		PARTIAL=
	done
	PARTIAL+=$part
}

# follow PID LIMIT: until the host is gone; false when time was up.
follow()
{
	local since=$SECONDS

	exec {CHANNEL_FD}<"$OUT/channel"
	while kill -0 "$1" 2>/dev/null; do
		listen "$CHANNEL_FD"
		live "$DOING"
		((SECONDS - since < $2)) || return 1
		sleep 0.2
	done
	listen "$CHANNEL_FD"
}

# host_cpu: sets cpu. KVM of a real-time kernel wants a time-stamp counter of
# constant pace. The emulator's is, but cannot say so (invtsc). A kernel that takes
# the machine for VMware's, whose interface the emulator has, does not ask.
host_cpu()
{
	cpu=(-accel "tcg,thread=multi" -cpu "EPYC-v1,+svm")
	if [[ $ACCEL == kvm ]]; then
		cpu=(-accel kvm -cpu host)
	elif [[ $SERIES == *-rt ]]; then
		cpu[3]+=,-hypervisor
		cpu+=(-smbios "type=1,serial=VMware-lab")
	fi
}

# qemu_start HARNESS-ARGUMENTS...: sets HOST_PID.
qemu_start()
{
	local cpu

	host_cpu
	[[ ! $COUNT ]] ||
		cpu+=(-plugin "$LAB_OUT/bin/count.so,out=${OUT//,/,,}/counts.txt")
	image_args "$OUT/args.img" "$ROOT" "$@"
	cat "$(host_image "$SERIES")" "$OUT/args.img" >"$OUT/initrd"
	[[ ! $DEBIAN_IMAGE ]] || cpu+=(-drive
		"file=${DEBIAN_IMAGE//,/,,},format=raw,if=virtio,readonly=on")
	step "booting the emulated host ($ACCEL, $RELEASE)"
	boot_qemu "${cpu[@]}" -- "$SERIES" "$OUT/console.log" "$OUT/channel" \
		"$OUT/initrd" "$OUT" >"$OUT/qemu.log" 2>&1 &
	HOST_PID=$!
}

# boot_once LIMIT HARNESS-ARGUMENTS...: one emulated host from power-on to
# power-off; leaves VERDICT and REASON.
boot_once()
{
	local limit=$1

	shift
	VERDICT='' REASON='' PARTIAL='' MODULE_LOADED='' DOING="emulated host boots"
	: >"$OUT/report.json"
	: >"$OUT/channel"
	"${MACHINE}_start" "$@"
	follow "$HOST_PID" "$limit" || : "${VERDICT:=LATE}"
	stop_process "$HOST_PID"
	HOST_PID=
	exec {CHANNEL_FD}<&-
	rm -f "$OUT/args.img" "$OUT/initrd" "$OUT/disc.iso"
}
