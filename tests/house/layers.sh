# SPDX-License-Identifier: MIT
# layers.sh TOP : includes point down the rooms' order.
house=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1
files=$(find src include ports tools examples bench fuzz \
    -name '*.c' -o -name '*.h' 2>/dev/null)
# shellcheck disable=SC2086 # a list of names without blanks
awk -f "$house/layers.awk" $files
