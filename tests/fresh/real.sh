#!/bin/sh
# SPDX-License-Identifier: MIT
# real.sh : modules of npm packages, installed by name and version, do what
# was recorded of them: every step, whole and in slices, with 1,000 moves to a
# new instance at random points and 50 to a new process. SEIGR_BUILD is the
# build to use (build/dev), SEIGR_VECTORS the folder of the records.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${SEIGR_BUILD:-$here/../../build/dev}
vectors=${SEIGR_VECTORS:-$here/../../../shared/vectors}
for tool in npm node; do
    command -v "$tool" >/dev/null || {
        echo "real: $tool is not installed" >&2
        exit 1
    }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
(
    cd "$work"
    echo '{"private": true}' >package.json
    xargs npm install --silent --no-audit --no-fund --ignore-scripts \
        <"$here/packages.txt"
)
node "$here/../engine/extract_real.cjs" "$work/node_modules" \
    "$vectors/wasm-real" "$work/wasm"
SEIGR_VECTORS=$vectors SEIGR_REAL_MODULES=$work/wasm \
    SEIGR_WASM_RESUME=$build/tests/seigr_wasm_resume \
    "$build/tests/test_engine" 'test_engine_diff__real*'
