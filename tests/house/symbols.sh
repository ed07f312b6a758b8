# SPDX-License-Identifier: MIT
# symbols.sh OBJECTS : what each object of the library asks of others. OBJECTS
# is a file that names them, one a line: .../TARGET.dir/src/ROOM/FILE.o or
# .../TARGET.dir/ports/...
#
# The core is handed its memory, time, randomness, files and threads, so its
# objects may name only what computes: no allocator, clock or socket of libc.
export LC_ALL=C

# What the compiler and assert() put in by themselves.
compiler='__assert_fail|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__tls_get_addr'
compiler="$compiler|__(u?(div|mod|mul)|fl?oat|fix|clz|ctz|popcount)[a-z]*[0-9]"
compiler="$compiler|__cpu_(model|indicator_init|features2?)|__gcov_.*"
pure='mem(cpy|move|set|cmp|chr)|bcmp|str(len|cmp|ncmp|chr)'

allowed_in() {
    case $1 in
    crypto) extra='crypto_[a-z0-9_]+|sodium_[a-z0-9_]+|randombytes_buf|SHA256_.*' ;;
    base) extra='cbor_encode_[a-z0-9_]+' ;;
    engine) extra='(sqrt|ceil|floor|trunc|rint|nearbyint|copysign|fabs)f?' ;;
    store) extra='mdb_[a-z0-9_]+' ;;
    *) extra='-' ;;
    esac
    printf '%s' "^(seigr_.*|$compiler|$pure|$extra)\$"
}

status=0
count=0
while read -r object; do
    source=${object##*.dir/}
    source=${source#./}
    case $source in
    src/net/uv/*) continue ;; # a driver: it brings the outside in
    src/*) ;;
    *) continue ;;
    esac
    room=${source#src/}
    room=${room%%/*}
    count=$((count + 1))
    asked=$(nm -u "$object" | awk '{ print $NF }' |
        grep -Ev "$(allowed_in "$room")" | tr '\n' ' ')
    [ -z "$asked" ] || {
        echo "$source: asks for $asked"
        status=1
    }
done <"$1"
echo "$count objects"
[ "$count" -gt 0 ] || exit 1
exit $status
