#!/bin/sh
# SPDX-License-Identifier: MIT
# Build and test the library for every board of the list.
set -u
cd "$(dirname "$0")/.." || exit 1
. cmake/need.sh
. tests/house/steps.sh

linux_targets="s390x arm64 armhf riscv64"
bare_targets="cortex-m3 cortex-m4 cortex-m33 rv32imac rv64imac"

usage() {
    cat <<END
usage: ports/check.sh [--board NAME]... [--bare] [--minutes N] [--report]
                     [--no-install]

Makes what a board needs (a sysroot, or its libraries), builds with warnings
as errors, runs the tests under QEMU, prints a table and compares it with
ports/budgets.txt. Ends with one line "N passed, N failed, N skipped"; exit
status 1 if anything failed. Logs are in build/check/ports/.

  --board NAME  only this one, of: $linux_targets
                $bare_targets
  --bare        only boards without an operating system
  --minutes N   how long ./check may take in all (default 60): with fewer
                there are fewer random trials under emulation, vectors are all
                run; without --board what would begin after 45 % of it is
                skipped by name
  --report      write docs/ports-report.md from this run
  --no-install  go on with the packages there are
END
}

targets=
all="$bare_targets $linux_targets"
minutes=60
report=
install=1
while [ $# -gt 0 ]; do
    case $1 in
    --board)
        shift
        targets="$targets ${1-}"
        ;;
    --minutes)
        shift
        minutes=${1-}
        ;;
    --bare) all=$bare_targets ;;
    --report) report=docs/ports-report.md ;;
    --no-install) install=0 ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
    shift
done
for target in $targets; do
    case " $linux_targets $bare_targets " in
    *" $target "*) ;;
    *)
        echo "ports/check.sh: no board \"$target\"; there are" \
            "$linux_targets $bare_targets" >&2
        exit 2
        ;;
    esac
done
case $minutes in
'' | *[!0-9]*)
    echo "ports/check.sh: --minutes takes a whole number" >&2
    exit 2
    ;;
esac

ports=${SEIGR_PORTS:-$PWD/build/ports}
facts=$ports/facts
# Random trials that take long under emulation are cut to so many per cent;
# vectors never are.
scale=10
[ "$minutes" -ge 40 ] || scale=5
[ "$minutes" -le 90 ] || scale=50
scale=${SEIGR_TEST_SCALE:-$scale}

# What is known of a target, a line a fact, for ports/report.py.
fact() { # fact TARGET WORDS...
    fact_file=$facts/$1
    shift
    echo "$*" >>"$fact_file"
}

# The steps counted until now, so that a target's own can be told.
mark() {
    mark_passed=$steps_passed
    mark_failed=$steps_failed
    mark_skipped=$steps_skipped
}

# Tests, and the cases of vectors in them.
tests_fact() { # tests_fact TARGET
    fact "$1" tests $((steps_passed - mark_passed)) \
        $((steps_failed - mark_failed)) $((steps_skipped - mark_skipped))
    fact "$1" cases "$(awk '$2 == "count" { sum += $4 }
        END { print sum + 0 }' "$steps_dir/test-$1.log")"
}

compiler() { # compiler BUILD
    cc=$(sed -n 's/^set(CMAKE_C_COMPILER "\(.*\)")$/\1/p' \
        "$1"/CMakeFiles/*/CMakeCCompiler.cmake)
    echo "$(basename "$cc") $("$cc" -dumpfullversion)"
}

# Names of the tests that passed, to compare machines.
passed_names() { # passed_names LOG
    sed -n 's/^[0-9]*: .*\[       OK \] \(test_[a-z0-9_]*\)$/\1/p' "$1" |
        sort
}

# Whether there is time to begin with a target; names it as skipped if not.
in_time() { # in_time TARGET
    [ -z "$targets" ] || return 0
    [ $(($(date +%s) - steps_started)) -ge $((minutes * 27)) ] || return 0
    steps_skip "$1" "no time left of $minutes minutes: ./check --board $1"
    return 1
}

# Fetch what a target is built with. Where it cannot be had, the target is
# named as skipped.
prepare() { # prepare TARGET NAME COMMAND...
    prepare_target=$1
    prepare_name=$2
    shift 2
    steps_run "$prepare_name" "$@"
    prepare_status=$?
    echo
    [ $prepare_status -ne 0 ] || return 0
    if [ $prepare_status -eq 77 ]; then
        steps_skip "$prepare_target" "$(tail -n 1 "$steps_dir/$prepare_name.log")"
    else
        steps_fail "$prepare_name" "$*"
    fi
    return 1
}

# --- Linux machines ----------------------------------------------------------

# Programs that a target needs; names the target as skipped without them.
needs() { # needs TARGET PROGRAM...
    needs_target=$1
    shift
    for needs_program in "$@"; do
        command -v "$needs_program" >/dev/null && continue
        steps_skip "$needs_target" "$needs_program is not installed"
        return 1
    done
}

# What a toolchain file sets: setting FILE NAME
setting() {
    sed -n "s/^set($2 \([^ )]*\).*/\1/p" "$1"
}

build_linux() { # build_linux TARGET CMAKE-ARGUMENTS...
    build_target=$1
    shift
    step_build "$ports/$build_target" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DSEIGR_WERROR=ON -DSEIGR_BENCH=OFF "$@"
}

check_host() {
    rm -f "$facts/host"
    build_linux host -DSEIGR_SMALL=ON || return
    mark
    step_ctest "$ports/host" -E '^house[.]'
    tests_fact host
    passed_names "$steps_dir/test-host.log" >"$facts/host.names"
}

check_linux() { # check_linux TARGET
    rm -f "$facts/$1" "$facts/$1.names"
    mark
    file=ports/linux/$1.cmake
    needs "$1" "$(setting "$file" SEIGR_TRIPLET)-gcc" \
        "$(setting "$file" SEIGR_EMULATOR)" || return
    prepare "$1" "sysroot-$1" sh ports/sysroot.sh "$1" || return
    triplet=$(setting "$file" SEIGR_TRIPLET)
    build_linux "$1" --toolchain "$file" -DCMAKE_INSTALL_PREFIX=/usr \
        -DCMAKE_INSTALL_LIBDIR="lib/$triplet" || return
    step_ctest "$ports/$1" --timeout 900
    tests_fact "$1"
    fact "$1" with "$(compiler "$ports/$1")"
    case $1 in
    arm64 | armhf)
        step "packages-$1" sh tests/ports/packages.sh "$PWD" "$ports/$1" "$1" \
            "$triplet" "$(setting "$file" SEIGR_EMULATOR)" \
            "$ports/packages-$1"
        ;;
    esac
    passed_names "$steps_dir/test-$1.log" >"$facts/$1.names"
    [ ! -s "$facts/host.names" ] ||
        step "same-tests-$1" diff "$facts/host.names" "$facts/$1.names"
}

# --- boards without an operating system --------------------------------------

# Who takes how much of each image.
size_facts() { # size_facts FACTS BUILD PROFILE
    for map in "$2"/*/*/*.map "$2"/*/*.map; do
        [ -e "$map" ] || continue
        awk -v sources="$ports/lists/$3.txt" -f ports/map.awk "$map" |
            sort | sed "s/^/size $(basename "$map" .map) /"
    done >>"$facts/$1"
}

check_bare() { # check_bare TARGET
    rm -f "$facts/$1-verify" "$facts/$1-edge"
    file=ports/bare/$1.cmake
    needs "$1" "$(setting "$file" SEIGR_BOARD_GCC)gcc" \
        "$(setting "$file" SEIGR_BOARD_QEMU)" dpkg-source autoreconf python3 ||
        return
    prepare "$1" "deps-$1" sh ports/deps.sh "$1" || return
    for profile in verify edge; do
        bare=$1-$profile
        mark
        step_build "$ports/$bare" -G Ninja -DSEIGR_WERROR=ON \
            -DSEIGR_PROFILE=$profile -DSEIGR_FIRMWARE_CAPSULE= \
            --toolchain "$file" ||
            continue
        step_ctest "$ports/$bare"
        tests_fact "$bare"
        fact "$bare" with "$(compiler "$ports/$bare")," \
            "$(sed 's/, [^,]*gcc .*//' "$ports/deps/$1/.made")"
        size_facts "$bare" "$ports/$bare" $profile
        sed -n 's/^[0-9]*: \(measure seigr_\)/\1/p' \
            "$steps_dir/test-$bare.log" >>"$facts/$bare"
    done
}

# --- capsules from machine to machine -----------------------------------------

# The command of a machine, as one word.
command_of() { # command_of TARGET
    if [ "$1" = host ]; then
        echo "$ports/host/tools/seigr/seigr"
    else
        echo "$ports/$1/tests/tool/emulated/seigr"
    fi
}

# A capsule sealed by the command on this machine, with a key made there.
seal_on() { # seal_on TARGET
    SEIGR_HOME=$exchange/$1.home
    export SEIGR_HOME
    "$(command_of "$1")" init --no-passphrase >/dev/null &&
        "$(command_of "$1")" seal --name "from $1" --created @1700000000 \
            -o "$exchange/$1.seigr" LICENSE
}

# Every capsule of the others is good here, and a changed one is not.
verify_on() { # verify_on TARGET
    "$(command_of "$1")" verify "$exchange"/*.seigr || return
    "$(command_of "$1")" verify "$exchange/changed"
    status=$?
    echo "changed: exit status $status"
    [ $status -eq 11 ] || [ $status -eq 15 ]
}

# Firmware of a board takes a capsule that another machine sealed.
flash_on() { # flash_on BOARD
    cmake -DSEIGR_FIRMWARE_CAPSULE="$exchange/s390x.seigr" \
        -DSEIGR_FIRMWARE_SIGNER="$(SEIGR_HOME=$exchange/s390x.home \
            "$(command_of s390x)" id | sed -n 2p)" "$ports/$1-verify" &&
        cmake --build "$ports/$1-verify" --target verify &&
        ctest --test-dir "$ports/$1-verify" -R '^firmware[.]verify$' -V
}

check_exchange() {
    exchange=$ports/exchange
    rm -rf "$exchange"
    mkdir -p "$exchange"
    there=
    for target in host $linux_targets; do
        [ -x "$(command_of "$target")" ] || continue
        there="$there $target"
        step "seal-$target" seal_on "$target"
    done
    for target in $bare_targets; do
        reading=$ports/$target-edge/examples/firmware/reading.seigr
        [ ! -e "$reading" ] || cp "$reading" "$exchange/$target.seigr"
    done
    # The signature's last byte, which is at most 0x10 in any valid one.
    cp "$exchange/host.seigr" "$exchange/changed"
    printf '\377' | dd of="$exchange/changed" bs=1 conv=notrunc status=none \
        seek=$(($(wc -c <"$exchange/changed") - 1))
    for target in $there; do
        step "verify-on-$target" verify_on "$target"
    done
    [ -e "$exchange/s390x.seigr" ] || return
    for target in $bare_targets; do
        [ ! -e "$ports/$target-verify/CMakeCache.txt" ] ||
            step "flash-$target" flash_on "$target"
    done
}

# -----------------------------------------------------------------------------

if [ "$install" -eq 1 ]; then
    need build test ports
    status=$?
    if [ "$status" -eq 1 ] || [ -n "$(need_missing build test)" ]; then
        exit 1
    fi
fi
steps_jobs=$(nproc)
steps_begin build/check/ports
[ -n "$targets" ] || rm -rf "$facts"
mkdir -p "$facts" "$ports/lists"
cmake -DOUT="$ports/lists" -P ports/list.cmake
[ -n "$targets" ] || [ "$all" = "$bare_targets" ] || check_host
export SEIGR_TEST_SCALE="$scale"
for target in ${targets:-$all}; do
    in_time "$target" || continue
    case " $linux_targets " in
    *" $target "*) check_linux "$target" ;;
    *) check_bare "$target" ;;
    esac
done
[ -n "$targets" ] || [ "$all" = "$bare_targets" ] || check_exchange
echo
[ -n "$targets" ] || [ "$all" != "$bare_targets" ] || targets=$all
# shellcheck disable=SC2086 # a list of words
step budgets python3 ports/report.py "$facts" ports/budgets.txt \
    ${targets:---all} ${report:+--write "$report"}
cat "$steps_dir/budgets.log"
steps_end
