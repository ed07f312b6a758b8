# SPDX-License-Identifier: MIT
# memory.sh TOP OBJECTS : every public function that may take memory from its
# context's allocator has a test in tests/memory/ that lets it fail. Which
# these are is read from the compiled objects, so none can be forgotten.
#
# Rooms that are still being built: what of them has no test is counted alone.
building="engine store trust net boot runtime"
top=$1
objects=$2
house=$(cd "$(dirname "$0")" && pwd)
export LC_ALL=C
status=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

command -v objdump >/dev/null || {
    echo "skipped: objdump is not installed"
    exit 77
}
# shellcheck disable=SC2046 # names without blanks
objdump -dr --no-show-raw-insn $(cat "$objects") |
    awk -v names="$top/tests/abi/symbols.txt" -f "$house/memory.awk" |
    sort >"$work/may"

tested=0
later=0
while read -r room name; do
    file=$top/tests/memory/test_of_$room.c
    if grep -q "^void test_memory_of_${room}__${name#seigr_}(void" "$file" \
        2>/dev/null && grep -q "[^a-z_]$name(" "$file"; then
        tested=$((tested + 1))
        continue
    fi
    case " $building " in
    *" $room "*)
        echo "not tested yet: $name of $room"
        later=$((later + 1))
        continue
        ;;
    esac
    echo "$name may take memory and $file has no test_memory_of_${room}__${name#seigr_}"
    status=1
done <"$work/may"

# A test of what takes no memory any more is one of nothing.
sed -n 's/^void test_memory_of_\([a-z]*\)__\([a-z0-9_]*\)(void.*/\1 seigr_\2/p' \
    "$top"/tests/memory/test_of_*.c | sort | comm -23 - "$work/may" |
    grep . && {
    echo "these take no memory"
    status=1
}
echo "$tested public functions are tested without memory, $later are of\
 rooms being built"
[ "$tested" -gt 40 ] || status=1
exit $status
