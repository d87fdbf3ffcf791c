# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# desktop.sh - the disk of lab VMs that have a real desktop: a Debian root with X, a
# few applications, a compiler and a compressor; and systemd, for VMs that boot it.
# Made once, and again when its recipe changes.

# The guest's modules beside those of every guest: disk; screen, pointer and sound.
# shellcheck disable=SC2034
readonly DISK_MODULES="virtio_pci virtio_blk ext4 overlay"
# shellcheck disable=SC2034
readonly DESKTOP_MODULES="$DISK_MODULES bochs virtio_input snd_intel8x0"

readonly DESKTOP_PACKAGES="xserver-xorg-core,xserver-xorg-input-evdev,\
xkb-data,x11-xkb-utils,x11-apps,openbox,netsurf-gtk,galculator,mpv,ffmpeg,fonts-dejavu-core,\
hicolor-icon-theme,gcc-12,libc6-dev,xz-utils,busybox,\
systemd-sysv,udev,libbpf1,libelf1,libjson-c5,libsystemd0"

# What would come and go by itself, or wait for somebody.
readonly DESKTOP_MASKED="getty@tty1.service serial-getty@ttyS0.service \
systemd-tmpfiles-clean.timer fstrim.timer dpkg-db-backup.timer \
proc-sys-fs-binfmt_misc.automount"

# Size and frames a second; lab/host/video.c knows them too.
readonly DESKTOP_FILMS="160x90@3 160x90@4 160x90@5 160x90@6 160x90@7 160x90@8 \
160x90@10 160x90@12 160x90@16 160x90@24 640x360@24 1280x720@24"

# What the desktop does not need takes time to make and to read.
readonly DESKTOP_LEAVE_OUT="doc man locale info lintian"

# desktop_recipe: changes with everything that the disk is made of.
desktop_recipe()
{
	find "$LAB/data/desktop" "${BASH_SOURCE[0]}" -type f -exec cat {} + | sha256sum | cut -c 1-16
}

# desktop_options: how packages are unpacked.
desktop_options()
{
	local folder

	for folder in $DESKTOP_LEAVE_OUT; do
		printf '%s\n' "--dpkgopt=path-exclude=/usr/share/$folder/*"
	done
	printf '%s\n' '--aptopt=APT::Install-Recommends "false"' \
		'--aptopt=APT::Sandbox::User "root"'
}

# desktop_films TREE: film-1.avi and so on, each more work for a player than the one
# before.
desktop_films()
{
	local film number=0

	for film in $DESKTOP_FILMS; do
		number=$((number + 1))
		chroot "$1" ffmpeg -loglevel error \
			-f lavfi -i "testsrc2=duration=60:size=${film%@*}:rate=${film#*@}" \
			-f lavfi -i "sine=duration=60:sample_rate=8000" \
			-ac 2 -c:a pcm_s16le -c:v mpeg4 -q:v 6 "/lab/film-$number.avi"
	done
}

# desktop_work TREE: what its jobs work on, and what its player plays.
desktop_work()
{
	head -c 1000000 "$1"/usr/lib/gcc/x86_64-linux-gnu/12/cc1 |
		cat "$1"/usr/share/common-licenses/* - >"$1/lab/text"
	awk 'BEGIN {
		for (i = 0; i < 400; i++)
			printf "double f%d(double x, int n)\n{\n\tdouble s = %d;\n\n" \
			       "\twhile (n--)\n\t\ts = s * x + n %% %d;\n" \
			       "\treturn s;\n}\n\n", i, i, i + 3
	}' >"$1/lab/code.c"
	desktop_films "$1"
}

# desktop_units TREE: for the guests that it is the root of.
desktop_units()
{
	local unit units=$1/etc/systemd/system

	mkdir -p "$units/multi-user.target.wants"
	cp "$LAB/data/desktop/lab-agent.service" "$units/"
	ln -s ../lab-agent.service "$units/multi-user.target.wants/"
	for unit in $DESKTOP_MASKED; do
		ln -sf /dev/null "$units/$unit"
	done
	# Not its first boot.
	printf '%032x\n' 1 >"$1/etc/machine-id"
}

# desktop_make IMAGE: takes some minutes, and needs the distribution's mirror.
desktop_make()
{
	local tree options=()

	need mmdebstrap mmdebstrap
	need mke2fs e2fsprogs
	tree=$(mktemp -d "$LAB_OUT/tree.XXXXXX")
	mapfile -t options < <(desktop_options)
	step "making the desktop's disk (once)"
	mmdebstrap --quiet --variant=essential "--include=$DESKTOP_PACKAGES" \
		"${options[@]}" "$(own_apt_machine)" "$tree" "$(own_apt_mirror)" \
		>"$LAB_OUT/desktop.log" 2>&1 ||
		die "$EX_DOWNLOAD" "no Debian root (see $LAB_OUT/desktop.log)"
	cp -r "$LAB/data/desktop" "$tree/lab"
	desktop_work "$tree" >>"$LAB_OUT/desktop.log" 2>&1 ||
		die "$EX_BUILD" "its files cannot be made (see $LAB_OUT/desktop.log)"
	desktop_units "$tree"
	mke2fs -q -t ext4 -O ^has_journal -m 0 -d "$tree" "$1.new" 1400M ||
		die "$EX_BUILD" "cannot write $1"
	mv "$1.new" "$1"
	rm -rf "$tree"
}

# desktop_need: sets DESKTOP_IMAGE.
desktop_need()
{
	DESKTOP_IMAGE=$LAB_OUT/desktop-$(desktop_recipe).img
	[[ -s $DESKTOP_IMAGE ]] || desktop_make "$DESKTOP_IMAGE"
	ln -sf "${DESKTOP_IMAGE##*/}" "$LAB_OUT/desktop.img"
}
