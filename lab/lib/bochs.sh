# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# bochs.sh - an Intel host with VMX: Bochs, which emulates it on a machine of any
# kind. It boots from a CD that holds everything: a kernel, and an initial RAM disk
# with KVM, vamp.ko and the harness.

readonly BOCHS_PACKAGES="bochs bochs-term bochsbios vgabios grub-pc-bin \
grub-common xorriso mtools"
readonly BOCHS_MODULES="kvm_intel"
readonly BOCHS_SHARE=/usr/share/bochs
readonly BOCHS_GRUB=/usr/lib/grub/i386-pc
readonly BOCHS_GRUB_MODULES="linux normal iso9660 biosdisk part_msdos"
readonly BOCHS_APPEND="console=ttyS0,115200 panic=-1 quiet nokaslr \
mitigations=off tsc=reliable no_timer_check cryptomgr.notests=1 audit=0 lsm="

bochs_need_packages()
{
	local list=$BOCHS_PACKAGES

	need bochs "$list"
	need grub-mkrescue "$list"
	need xorriso "$list"
	need mformat "$list"
	need_file "$BOCHS_SHARE/BIOS-bochs-latest" "$list"
	need_file "$BOCHS_SHARE/VGABIOS-lgpl-latest" "$list"
	need_file "$BOCHS_GRUB/linux.mod" "$list"
	compgen -G '/usr/lib/*/bochs/plugins/libbx_term*' >/dev/null ||
		die "$EX_PACKAGE" "Bochs' text display is missing: apt-get install $list"
}

# bochs_image SERIES IMAGE: what the other hosts find on the machine's root.
bochs_image()
{
	local tree

	tree=$(mktemp -d "$LAB_OUT/tree.XXXXXX")
	mkdir -p "$tree/build/lab/bin" "$tree/build/kmod/$RELEASE"
	cp "$LAB_OUT/bin/labhost-static" "$tree/build/lab/bin/labhost"
	cp "$ROOT/build/kmod/$RELEASE/vamp.ko" "$tree/build/kmod/$RELEASE/"
	strip --strip-debug "$tree/build/kmod/$RELEASE/vamp.ko"
	image_pack "$tree" "$2"
	rm -rf "$tree"
}

# bochs_disc INITRD ISO
bochs_disc()
{
	local tree

	tree=$(mktemp -d "$LAB_OUT/tree.XXXXXX")
	mkdir -p "$tree/boot/grub"
	cp "$(kernel_dir "$SERIES")/root/boot/vmlinuz-$RELEASE" \
		"$tree/boot/vmlinuz"
	cp "$1" "$tree/boot/initrd"
	cat >"$tree/boot/grub/grub.cfg" <<-END
		linux /boot/vmlinuz $BOCHS_APPEND
		initrd /boot/initrd
		boot
	END
	grub-mkrescue -d "$BOCHS_GRUB" --install-modules="$BOCHS_GRUB_MODULES" \
		--locales= --fonts= --themes= -o "$2" "$tree" \
		>"$OUT/grub.log" 2>&1 ||
		die "$EX_BUILD" "the CD cannot be made (see $OUT/grub.log)"
	rm -rf "$tree"
}

# bochs_configure ISO: prints the emulator's configuration. Its serial lines are
# files; it gives up at the first thing that it cannot emulate.
bochs_configure()
{
	cat <<-END
		config_interface: textconfig
		display_library: term
		plugin_ctrl: unmapped=1, biosdev=1, speaker=0, extfpuirq=1, parallel=0, serial=1, gameport=0, iodebug=0
		cpu: model=corei7_haswell_4770, count=1, ips=100000000, reset_on_triple_fault=0, ignore_bad_msrs=1
		memory: guest=512, host=512
		romimage: file=$BOCHS_SHARE/BIOS-bochs-latest
		vgaromimage: file=$BOCHS_SHARE/VGABIOS-lgpl-latest
		clock: sync=none, time0=local
		pci: enabled=1, chipset=i440fx
		ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
		ata0-master: type=cdrom, path="$1", status=inserted
		boot: cdrom
		com1: enabled=1, mode=file, dev="$OUT/console.log"
		com2: enabled=1, mode=file, dev="$OUT/channel"
		log: $OUT/bochs.log
		panic: action=fatal
		error: action=ignore
		info: action=ignore
		debug: action=ignore
	END
}

# bochs_start HARNESS-ARGUMENTS...: sets HOST_PID.
bochs_start()
{
	local image=$LAB_OUT/bochs-$SERIES.img

	make -s -C "$ROOT/lab" "$LAB_OUT/bin/labhost-static" \
		>>"$LAB_OUT/make.log" 2>&1 ||
		die "$EX_BUILD" "the lab does not compile (see $LAB_OUT/make.log)"
	# shellcheck disable=SC2086
	image_build "$image" "$LAB_OUT/bin/hostinit" "" "$SERIES" $BOCHS_MODULES
	bochs_image "$SERIES" "$OUT/own.img"
	image_args "$OUT/args.img" "" "$@"
	cat "$image" "$OUT/own.img" "$OUT/args.img" >"$OUT/initrd"
	bochs_disc "$OUT/initrd" "$OUT/disc.iso"
	bochs_configure "$OUT/disc.iso" >"$OUT/bochsrc"
	echo c >"$OUT/commands"
	step "booting the emulated host (Bochs, Intel, $RELEASE; two minutes or more)"
	TERM=vt100 exec_bochs &
	# shellcheck disable=SC2034 # boot.sh waits for it
	HOST_PID=$!
	rm -f "$OUT/own.img"
}

# exec_bochs: Debian's build starts in its debugger, told to go on.
exec_bochs()
{
	exec bochs -q -f "$OUT/bochsrc" -rc "$OUT/commands" \
		</dev/null >"$OUT/emulator.log" 2>&1
}
