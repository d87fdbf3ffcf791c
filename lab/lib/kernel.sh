# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# kernel.sh - fetches the distribution's kernels into build/kernels/SERIES/:
# root/ (the package), vmlinux (the ELF kernel), release (its name).

readonly KERNEL_SERIES="6.1 6.12 7.3 6.1-rt"

# kernel_dir SERIES
kernel_dir()
{
	printf '%s/build/kernels/%s' "$ROOT" "$1"
}

# kernel_number FILE OFFSET: a little-endian 32-bit number.
kernel_number()
{
	od -An -v -t u4 --endian=little -j "$2" -N 4 "$1" | tr -d ' '
}

# kernel_unpack BZIMAGE ELF: the x86 boot header says where the compressed
# kernel lies (payload_offset, payload_length from 0x248 on), counted from the
# end of the set-up sectors. Its last four bytes are the unpacked size.
kernel_unpack()
{
	local image=$1 sectors payload length magic unpack

	sectors=$(od -An -t u1 -j $((0x1f1)) -N 1 "$image")
	payload=$(((sectors + 1) * 512 + $(kernel_number "$image" $((0x248)))))
	length=$(($(kernel_number "$image" $((0x24c))) - 4))
	magic=$(od -An -t x1 -j "$payload" -N 4 "$image" | tr -d ' ')
	case $magic in
	fd377a58) unpack="xz -dc" ;;
	28b52ffd) unpack="zstd -dcq" ;;
	1f8b*) unpack="gzip -dc"; length=$((length + 4)) ;;
	*) return 1 ;;
	esac
	tail -c +$((payload + 1)) "$image" | head -c "$length" |
		$unpack >"$2" 2>/dev/null
	[[ $(head -c 4 "$2" | tr -d '\0') == $'\x7fELF' ]]
}

# kernel_packages RELEASE: what the kernel and its modules are in; newer Debians
# have them apart.
kernel_packages()
{
	if [[ $(apt-cache pkgnames "linux-image-$1-unsigned") ]]; then
		echo "linux-image-$1-unsigned"
	else
		echo "linux-binary-unsigned-$1 linux-modules-$1 linux-base-$1"
	fi
}

# kernel_download RELEASE DIR: by the machine's apt, or from Debian 13.
kernel_download()
{
	local log=$2/download.log get=(apt-get download) packages package

	packages=$(kernel_packages "$1")
	[[ $(apt-cache pkgnames "${packages%% *}") ]] ||
		get=("$ROOT/tools/trixie" download)
	# shellcheck disable=SC2086
	(cd "$2" && "${get[@]}" $packages) >"$log" 2>&1 ||
		die "$EX_DOWNLOAD" "cannot download the kernel $1 (see $log)"
	for package in "$2"/*.deb; do
		dpkg -x "$package" "$2/root" && rm -f "$package"
	done
}

# kernel_image ROOT RELEASE: where the package has the kernel.
kernel_image()
{
	local image

	for image in "$1/boot/vmlinuz-$2" "$1/lib/modules/$2/vmlinuz.unsigned"; do
		[[ ! -e $image ]] || printf '%s' "$image"
	done
}

# kernel_install SERIES RELEASE: fill the folder; the file `release` comes last.
kernel_install()
{
	local dir release=$2

	dir=$(kernel_dir "$1")
	rm -rf "$dir" && mkdir -p "$dir"
	step "fetching the kernel $release"
	kernel_download "$release" "$dir"
	[[ -d $dir/root/lib ]] || ln -s usr/lib "$dir/root/lib"
	kernel_unpack "$(kernel_image "$dir/root" "$release")" "$dir/vmlinux" ||
		die "$EX_KERNEL" "cannot unpack the kernel $release"
	depmod -b "$dir/root" "$release"
	printf '%s\n' "$release" >"$dir/release"
}

# kernel_supported SERIES
kernel_supported()
{
	[[ " $KERNEL_SERIES " == *" $1 "* ]] ||
		die "$EX_KERNEL" "kernel $1 is not supported (one of: $KERNEL_SERIES)"
}

# kernel_need SERIES: fetch the newest, unless it is there or apt knows none
# and some other is.
kernel_need()
{
	local newest cached=

	[[ ! -s $(kernel_dir "$1")/release ]] ||
		cached=$(<"$(kernel_dir "$1")/release")
	newest=$("$ROOT/tools/kernel-release" "$1")
	[[ $newest || $cached ]] || die "$EX_DOWNLOAD" \
		"there is no kernel $1 to be had"
	[[ -z $newest || $newest == "$cached" ]] || kernel_install "$1" "$newest"
}
