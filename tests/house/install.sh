# SPDX-License-Identifier: MIT
# install.sh TOP BUILD WORK CC : install BUILD into a prefix of its own and
# build a foreign project against it, in each way that is documented.
foreign=$1/tests/house/foreign
build=$2
work=$3
cc=$4
status=0

fail() {
    echo "$*"
    status=1
}

rm -rf "$work"
mkdir -p "$work"
cmake --install "$build" --prefix "$work/prefix" >"$work/install.log" || exit 1
# A moved tree must do as well.
mv "$work/prefix" "$work/moved"
prefix=$work/moved
pc=$(find "$prefix" -name seigr.pc)
lib=$(dirname "$(dirname "$pc")")
version=$(sed -n 's/^Version: //p' "$pc")

for header in "$1"/include/seigr/*.h "$1"/include/seigr/sys/*.h; do
    name=${header#"$1"/include/}
    cmp -s "$header" "$prefix/include/$name" || fail "not installed: $name"
done
readelf -d "$lib/libseigr.so" | grep -q 'SONAME.*\[libseigr\.so\.0\]' ||
    fail "libseigr.so has not the name libseigr.so.0"

export PKG_CONFIG_PATH="$lib/pkgconfig"
export LD_LIBRARY_PATH="$lib"
# runs WHAT PROGRAM
runs() {
    "$2" >"$work/out" && grep -q "^seigr $version " "$work/out" ||
        fail "the program built through $1 does not run"
}

# shellcheck disable=SC2046 # flags
"$cc" -std=c99 "$foreign/main.c" -o "$work/shared" \
    $(pkg-config --cflags --libs seigr) && runs pkg-config "$work/shared"
ldd "$work/shared" | grep -q 'libseigr\.so\.0' ||
    fail "the program is not linked to libseigr.so.0"
# shellcheck disable=SC2046
"$cc" -std=c99 "$foreign/main.c" -o "$work/static" \
    $(pkg-config --cflags seigr) "$lib/libseigr.a" \
    $(pkg-config --static --libs seigr | sed 's/-lseigr//') &&
    runs "pkg-config --static" "$work/static"

for component in seigr core; do
    cmake -S "$foreign" -B "$work/$component" -G Ninja \
        -DCMAKE_C_COMPILER="$cc" -DCMAKE_PREFIX_PATH="$prefix" \
        -DCOMPONENT=$component >"$work/$component.log" 2>&1 &&
        cmake --build "$work/$component" >>"$work/$component.log" 2>&1 ||
        fail "$(tail -n 20 "$work/$component.log")"
    runs "find_package, component $component" "$work/$component/foreign"
done
cmake -S "$foreign" -B "$work/none" -G Ninja -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_PREFIX_PATH="$prefix" -DCOMPONENT=nosuch >"$work/none.log" 2>&1 &&
    fail "a component that does not exist was found"
exit $status
