#!/bin/sh
# SPDX-License-Identifier: MIT
# packages.sh TOP BUILD MACHINE TRIPLET EMULATOR WORK : make the .deb packages
# of a build for another machine, unpack them into a copy of its sysroot, and
# use what they hold there.
top=$1
build=$2
machine=$3
triplet=$4
emulator=$5
work=$6
sysroot=${SEIGR_PORTS:-$top/build/ports}/sysroot/$machine
root=$work/root
status=0

fail() {
    echo "$*"
    status=1
}

rm -rf "$work" "$build/packages"
mkdir -p "$work"
cp -al "$sysroot" "$root" || exit 1
(cd "$build" && cpack) || exit 1
for package in libseigr0 libseigr-dev seigr-tools; do
    deb=$(find "$build/packages" -maxdepth 1 -name "${package}_*_$machine.deb")
    [ -f "$deb" ] || {
        fail "no package $package of $machine"
        continue
    }
    dpkg-deb -f "$deb"
    [ "$(dpkg-deb -f "$deb" Architecture)" = "$machine" ] ||
        fail "$package is not for $machine"
    dpkg-deb -x "$deb" "$root" || fail "$package does not unpack"
    dpkg-deb -c "$deb" | sed -n 's|^-.* \./|/|p' >"$work/$package.files"
    # What its programs and libraries ask for is had from what it depends on.
    depends=" $(dpkg-deb -f "$deb" Depends | tr ',' ' ') "
    while read -r file; do
        "$triplet-readelf" -d "$root$file" 2>/dev/null |
            sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
    done <"$work/$package.files" | sort -u >"$work/$package.needed"
    while read -r library; do
        owner=$(awk -v library="$library" '$1 == library { print $2; exit }' \
            "$sysroot/.owners")
        [ "$library" != libseigr.so.0 ] || owner=libseigr0
        case $library in ld-linux*) continue ;; esac
        case $depends in
        *" ${owner:-nobody} "*) ;;
        *) fail "$package asks for $library and not for \"$owner\"" ;;
        esac
    done <"$work/$package.needed"
done

# run COMMAND... : in the copy, as if it were the machine's own root.
run() {
    run_program=$1
    shift
    "$emulator" -L "$root" "$run_program" "$@"
}
"$triplet-gcc" --sysroot="$root" "$top/tests/house/foreign/main.c" \
    -o "$work/foreign" -lseigr && run "$work/foreign" ||
    fail "a program does not build against the packages"
SEIGR_HOME=$work/home
export SEIGR_HOME
seigr=$root/usr/bin/seigr
run "$seigr" version || fail "the command does not run"
run "$seigr" init --no-passphrase &&
    run "$seigr" seal --created @1700000000 -o "$work/sealed" "$top/LICENSE" &&
    run "$seigr" verify "$work/sealed" || fail "the command does not work"
exit $status
