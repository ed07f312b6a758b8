# SPDX-License-Identifier: MIT
# packages.sh TOP BUILD WORK : make the .deb packages of BUILD, unpack them
# side by side in WORK, and use what they hold.
top=$1
build=$2
work=$3
status=0

fail() {
    echo "$*"
    status=1
}

rm -rf "$work" "$build/packages"
mkdir -p "$work/root"
(cd "$build" && cpack) || exit 1
for package in libseigr0 libseigr-dev seigr-tools seigr-bench; do
    deb=$(find "$build/packages" -maxdepth 1 -name "${package}_*.deb")
    [ -f "$deb" ] || fail "no package $package"
    dpkg-deb -x "$deb" "$work/root" || fail "$package does not unpack"
    dpkg-deb -I "$deb"
    [ -f "$work/root/usr/share/doc/$package/copyright" ] ||
        fail "$package has no copyright"
done
dpkg-deb -I "$build"/packages/libseigr0_*.deb shlibs |
    grep -qx 'libseigr 0 libseigr0.*' || fail "libseigr0 names no library"
# needs PACKAGE OTHER
needs() {
    dpkg-deb -f "$build"/packages/"$1"_*.deb Depends | grep -q "$2" ||
        fail "$1 does not depend on $2"
}
needs libseigr0 libsodium23
needs libseigr-dev libseigr0
needs seigr-tools libseigr0
needs seigr-bench seigr-tools

lib=$(dirname "$(find "$work/root" -name libseigr.so.0)")
export PKG_CONFIG_PATH="$lib/pkgconfig" LD_LIBRARY_PATH="$lib"
# shellcheck disable=SC2046 # flags
cc "$top/tests/house/foreign/main.c" -o "$work/foreign" \
    $(pkg-config --cflags --libs seigr) && "$work/foreign" ||
    fail "a program does not build against the packages"
"$work/root/usr/bin/seigr" version || fail "the command does not run"
"$work/root/usr/bin/seigr" bench --runs 1 --seconds 0.01 cbor |
    grep -q cbor_map || fail "the installed command finds no benchmarks"
exit $status
