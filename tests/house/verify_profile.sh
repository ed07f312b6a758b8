# SPDX-License-Identifier: MIT
# verify_profile.sh TOP BUILD CC : build the profile for boot loaders and look
# at what it asks of a system: four functions of libc, and libsodium from the
# one object that fills the table of primitives.
top=$1
build=$2
export LC_ALL=C
cmake -S "$top" -B "$build" -G Ninja -DCMAKE_C_COMPILER="$3" \
    -DCMAKE_BUILD_TYPE=MinSizeRel -DSEIGR_PROFILE=verify -DSEIGR_SHARED=OFF \
    -DSEIGR_TESTS=OFF -DSEIGR_BENCH=OFF -DSEIGR_WERROR=ON \
    -DCMAKE_C_FLAGS=-fno-stack-protector >"$build.log" 2>&1 &&
    cmake --build "$build" >>"$build.log" 2>&1 || {
    tail -n 20 "$build.log"
    exit 1
}
own=$(nm --defined-only "$build/libseigr.a" 2>/dev/null |
    awk 'NF == 3 { print $3 }' | sort -u)
status=0
nm -u -A "$build/libseigr.a" | awk '{ print $1, $NF }' |
    tr -d ':' | grep -v '_GLOBAL_OFFSET_TABLE_$' | sort -u >"$build.asked"
while read -r object name; do
    case $name in
    memcpy | memmove | memset | memcmp) continue ;;
    esac
    printf '%s\n' "$own" | grep -qx "$name" && continue
    case $object:$name in
    *sodium*:crypto_* | *sodium*:sodium_* | *sodium*:randombytes_buf) ;;
    *)
        echo "$object asks for $name"
        status=1
        ;;
    esac
done <"$build.asked"
size "$build"/libseigr.a | awk 'NR > 1 { text += $1; data += $2; bss += $3 }
    END { print text " bytes of code, " data " of data, " bss " of bss" }'
exit $status
