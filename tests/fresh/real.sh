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
    npm install --silent --no-audit --no-fund --ignore-scripts \
        blake2b-wasm@2.4.0 hash-wasm@4.13.0 cjs-module-lexer@2.3.0 \
        undici@7.30.2 source-map@0.8.0 \
        @chainsafe/as-chacha20poly1305@0.1.0 long@5.3.2
)
node "$here/../engine/extract_real.cjs" "$work/node_modules" \
    "$vectors/wasm-real" "$work/wasm"
SEIGR_VECTORS=$vectors SEIGR_REAL_MODULES=$work/wasm \
    SEIGR_WASM_RESUME=$build/tests/seigr_wasm_resume \
    "$build/tests/test_engine" 'test_engine_diff__real*'
