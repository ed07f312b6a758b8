#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [COUNT [SEED]] : COUNT random modules (2,000), made by binaryen from
# the seeds SEED, SEED + 1, ... (the time), do what they do under V8: results,
# traps, what they log, their memory. Ours run whole and in steps, moved from
# instance to instance, with the same fuel and state roots. Prints one line
# "count fresh-modules N"; on a difference, a line that runs that module
# again, and exits 1. SEIGR_BUILD is the build to use (build/dev). Without
# wasm-opt or node it is skipped with status 77.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ours=${SEIGR_BUILD:-$here/../../build/dev}/tests/seigr_wasm_trace
count=${1:-2000}
seed=${2:-$(date +%s)}
for tool in wasm-opt node; do
    command -v "$tool" >/dev/null || {
        echo "skipped fresh-modules: $tool is not installed"
        exit 77
    }
done
[ -x "$ours" ] || {
    echo "fresh: $ours is not built" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
echo "fresh modules from seed $seed"

# again SEED : how to run one module again.
again() {
    echo "rerun: sh tests/fresh/run.sh 1 ${1%.wasm}"
    exit 1
}

# A third each at three levels, every second one staying inside its memory.
make() { # make FIRST COUNT
    make_seed=$1
    rm -rf "$work/m" "$work/bytes"
    mkdir "$work/m" "$work/bytes"
    node "$here/trace.mjs" --make "$1" "$2" "$work/bytes"
    while [ "$make_seed" -lt $(($1 + $2)) ]; do
        make_level=$((make_seed % 3))
        [ "$make_level" -eq 2 ] && make_level=3
        make_bounds=
        [ $((make_seed % 2)) -eq 0 ] && make_bounds=--no-fuzz-oob
        # shellcheck disable=SC2086 # one word or none
        wasm-opt "$work/bytes/$make_seed" -ttf --denan --mvp-features \
            --enable-mutable-globals --enable-bulk-memory --enable-sign-ext \
            --enable-nontrapping-float-to-int --enable-multivalue \
            $make_bounds "-O$make_level" -o "$work/m/$make_seed.wasm" \
            2>"$work/said" || {
            cat "$work/said"
            exit 1
        }
        make_seed=$((make_seed + 1))
    done
}

# A hundred at a time.
done=0
skipped=0
calls=0
while [ "$done" -lt "$count" ]; do
    part=$((count - done))
    [ "$part" -gt 100 ] && part=100
    make $((seed + done)) "$part"
    node "$here/trace.mjs" "$work"/m/*.wasm >"$work/v8" 2>"$work/skip"
    skipped=$((skipped + $(wc -l <"$work/skip")))
    xargs rm -f <"$work/skip"
    "$ours" "$work"/m/*.wasm >"$work/ours" 2>"$work/error" || {
        cat "$work/error"
        again "$(sed -n '1s/:.*//p' "$work/error")"
    }
    if ! cmp -s "$work/v8" "$work/ours"; then
        diff "$work/v8" "$work/ours" | sed -n '1,4p' || true
        again "$(diff "$work/v8" "$work/ours" |
            sed -n 's/^[<>] \([0-9]*\.wasm\) .*/\1/p' | head -n 1)"
    fi
    calls=$((calls + $(wc -l <"$work/v8")))
    done=$((done + part))
done
if [ $((skipped * 20)) -gt "$count" ]; then
    echo "fresh: V8's own stack ended $skipped of $count modules"
    exit 1
fi
echo "count fresh-modules $((count - skipped))"
echo "count fresh-calls $calls"
