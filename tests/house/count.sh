# SPDX-License-Identifier: MIT
# count.sh TOP WORK : the counting of ./check on a log whose counts are known.
mkdir -p "$2"
cat >"$2/log" <<'END'
1: Test command: /home/me/build/dev/tests/test_base "test_base_a__*"
1: [ RUN      ] test_base_a__passes
1: printed without its end[       OK ] test_base_a__passes
1: [ RUN      ] test_base_a__fails
1: [  FAILED  ] test_base_a__fails
1: [ RUN      ] test_base_a__skips
1: skipped: no data
1: [  SKIPPED ] test_base_a__skips
1: [  PASSED  ] 1 test(s).
1: [  SKIPPED ] test_base_a__skips
1: [  FAILED  ] test_base_a__fails
1/7 Test #1: base.a ...........***Failed    0.01 sec
2: Test command: /home/me/build/dev/tests/test_base "test_base_b__*"
2: [ RUN      ] test_base_b__passes
2: [       OK ] test_base_b__passes
2: [ RUN      ] test_base_b__breaks_off
2/7 Test #2: base.b ...........***Exception: SegFault  0.01 sec
3: Test command: /bin/sh "layers.sh"
3/7 Test #3: house.layers .....   Passed    0.01 sec
4: skipped: no such tool
4/7 Test #4: house.format .....***Skipped   0.01 sec
5/7 Test #5: fuzz.cbor ........***Timeout   0.01 sec
6: [ RUN      ] test_base_c__fails
6: [  FAILED  ] test_base_c__fails
6/7 Test #6: base.c ...........   Passed    0.01 sec
END
echo '43% tests passed, 4 tests failed out of 7' >>"$2/log"
: >"$2/failures"
: >"$2/skips"
counts=$(awk -v build=build/dev -v failures="$2/failures" \
    -v skips="$2/skips" -f "$1/tests/house/count.awk" "$2/log")
# Failed: a__fails, b's end, fuzz, c__fails and its hiding, the seventh.
[ "$counts" = "3 6 2" ] || {
    echo "counted $counts"
    cat "$2/failures" "$2/skips"
    exit 1
}
grep -qF "build/dev/tests/test_base 'test_base_a__fails'" "$2/failures" &&
    grep -qF "in test_base_b__breaks_off" "$2/failures" &&
    grep -qF "test_base_a__skips: no data" "$2/skips" &&
    grep -qF "house.format: no such tool" "$2/skips" || {
    cat "$2/failures" "$2/skips"
    exit 1
}
: >"$2/log"
[ "$(awk -v build=b -v failures=/dev/null -v skips=/dev/null \
    -f "$1/tests/house/count.awk" "$2/log")" = "0 1 0" ]
