# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# debian.sh - the disk of an emulated host that is a Debian of its own: systemd,
# libvirt, QEMU, and vAMP as its packages install it. The distribution's part is made
# once, and again when its recipe changes; the rest when the packages change.

# Beside the host's other modules.
# shellcheck disable=SC2034
readonly DEBIAN_MODULES="virtio_blk ext4 overlay"

# libvirt without what it only recommends, such as virtual networks.
readonly DEBIAN_PACKAGES="systemd-sysv,udev,dbus,kmod,procps,iproute2,\
libvirt-daemon-system,libvirt-clients,qemu-system-x86,tmux,dkms,gcc,make,libasan8,libubsan1,\
libjson-c5,libinih1,libbpf1,libelf1,libmicrohttpd12,libncurses6,libtracefs1,\
libtraceevent1,libzstd1"

# What would come and go by itself, or wait for somebody or something.
readonly DEBIAN_MASKED="getty@tty1.service serial-getty@ttyS0.service \
systemd-tmpfiles-clean.timer fstrim.timer dpkg-db-backup.timer logrotate.timer \
e2scrub_all.timer e2scrub_reap.service apt-daily.timer apt-daily-upgrade.timer \
systemd-networkd-wait-online.service vampd.service"

# debian_sources: what the machine's apt installs from.
debian_sources()
{
	# shellcheck disable=SC2016
	apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' | sort -u | grep -F "$(own_apt_machine)"
}

# debian_mark FUNCTION WORD...: changes with what the function says, and the words.
debian_mark()
{
	{ declare -f "$1"; echo "${@:2}"; } | sha256sum | cut -c 1-16
}

# debian_packages: vAMP's own, built.
debian_packages()
{
	compgen -G "$ROOT/build/deb/vamp_*.deb"
	compgen -G "$ROOT/build/deb/vamp-dkms_*.deb"
}

# debian_base TREE: takes some minutes, and needs the distribution's mirror.
debian_base()
{
	local options=()

	mapfile -t options < <(desktop_options)
	debian_sources | mmdebstrap --quiet --variant=essential \
		"--include=$DEBIAN_PACKAGES,linux-headers-$RELEASE" \
		"${options[@]}" "$(own_apt_machine)" "$1" - ||
		return
	cp -a "$(kernel_dir "$SERIES")/root/lib/modules/$RELEASE/." \
		"$1/lib/modules/$RELEASE/"
	# Nothing starts while packages are installed.
	printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
	chmod 755 "$1/usr/sbin/policy-rc.d"
	printf '%032x\n' 2 >"$1/etc/machine-id"
	depmod -b "$1" "$RELEASE"
}

# debian_enter TREE COMMAND: in it, with /proc and /dev.
debian_enter()
{
	# shellcheck disable=SC2016
	unshare --mount --propagation private sh -c 'mount --bind /proc "$0/proc" &&
		mount --bind /dev "$0/dev" && exec chroot "$0" sh -c "$1"' "$@"
}

# debian_install TREE: vAMP's packages; DKMS builds the module.
debian_install()
{
	local package unit

	for package in $(debian_packages); do
		cp "$package" "$1/tmp/" || return
	done
	debian_enter "$1" 'dpkg -i /tmp/*.deb && rm /tmp/*.deb' || return
	[[ $(debian_enter "$1" 'dkms status vamp') == *"$RELEASE"*installed* ]] ||
		return
	for unit in $DEBIAN_MASKED; do
		[[ -e $1/etc/systemd/system/$unit ]] ||
			ln -s /dev/null "$1/etc/systemd/system/$unit"
	done
	rm -f "$1/usr/sbin/policy-rc.d"
}

# debian_make BASE IMAGE
debian_make()
{
	local tree log=$LAB_OUT/debian.log

	need mmdebstrap mmdebstrap
	need mke2fs e2fsprogs
	tree=$(mktemp -d "$LAB_OUT/tree.XXXXXX")
	if [[ ! -s $1 ]]; then
		step "making a Debian with libvirt (once)"
		debian_base "$tree/root" >"$log" 2>&1 ||
			die "$EX_DOWNLOAD" "no Debian root (see $log)"
		tar -C "$tree/root" -cf "$1.new" . && mv "$1.new" "$1"
	else
		mkdir "$tree/root"
		tar -C "$tree/root" -xf "$1"
	fi
	step "installing vAMP's packages in it"
	debian_install "$tree/root" >>"$log" 2>&1 ||
		die "$EX_BUILD" "the packages cannot be installed (see $log)"
	mke2fs -q -t ext4 -O ^has_journal -m 0 -d "$tree/root" "$2.new" 2500M ||
		die "$EX_BUILD" "cannot write $2"
	mv "$2.new" "$2"
	rm -rf "$tree"
}

# debian_vampd: vampd that tells of its own errors.
debian_vampd()
{
	local sanitize="-fsanitize=address,undefined -Wno-error"

	make -s -C "$ROOT/vampd" "out=../build/vampd-asan" "CFLAGS=$sanitize" \
		"LDFLAGS=$sanitize" >"$LAB_OUT/vampd.log" 2>&1 ||
		die "$EX_BUILD" "vampd cannot be built (see $LAB_OUT/vampd.log)"
}

# debian_need: sets DEBIAN_IMAGE.
debian_need()
{
	local base packages

	base=$LAB_OUT/debian-$(debian_mark debian_base \
		"$DEBIAN_PACKAGES" "$RELEASE").tar
	packages=$(debian_packages | xargs -r cat | sha256sum)
	DEBIAN_IMAGE=$LAB_OUT/debian-$(debian_mark debian_install \
		"$DEBIAN_MASKED" "${base##*/}" "$packages").img
	[[ -s $DEBIAN_IMAGE ]] || debian_make "$base" "$DEBIAN_IMAGE"
	debian_vampd
}
