#!/bin/sh
# SPDX-License-Identifier: MIT
# assemblyscript.sh : hello.ts, compiled by AssemblyScript from npm, runs as a
# task and says the same when it is run again. SEIGR_BUILD is the build to use
# (build/dev).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seigr=$(cd "${SEIGR_BUILD:-$here/../../build/dev}" && pwd)/tools/seigr/seigr
for tool in npm node; do
    command -v "$tool" >/dev/null || {
        echo "assemblyscript: $tool is not installed" >&2
        exit 1
    }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
    assemblyscript@0.27.37 @assemblyscript/wasi-shim@0.1
cp "$here/hello.ts" .
node_modules/.bin/asc hello.ts -o hello.wasm \
    --config node_modules/@assemblyscript/wasi-shim/asconfig.json
SEIGR_HOME=$work/home
export SEIGR_HOME
"$seigr" init -q --no-passphrase
code=0
"$seigr" run --seed s --arg one hello.wasm -o hello.seigr >out || code=$?
[ "$code" -eq 1 ] # it exits with 3
printf 'one\n332833500\n0\nrandom\n' | cmp - out
"$seigr" replay hello.seigr
