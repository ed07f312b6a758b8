# SPDX-License-Identifier: MIT
# Sourced by ./check and ports/check.sh: runs steps, keeps what they say in
# build/check/, counts.

steps_begin() { # steps_begin [FOLDER]
    steps_dir=${1:-build/check}
    steps_passed=0
    steps_failed=0
    steps_skipped=0
    steps_started=$(date +%s)
    rm -rf "$steps_dir"
    mkdir -p "$steps_dir"
    : >"$steps_dir/failures"
    : >"$steps_dir/skips"
}

# steps_run NAME COMMAND... : run it into build/check/NAME.log. Returns its
# status; counts nothing.
steps_run() {
    steps_name=$1
    shift
    printf '%-26s ' "$steps_name"
    steps_from=$(date +%s)
    "$@" >"$steps_dir/$steps_name.log" 2>&1 </dev/null
    steps_status=$?
    steps_took=$(($(date +%s) - steps_from))
    [ "$steps_status" -eq 0 ] || printf 'FAILED, status %d, ' "$steps_status"
    printf '%4d s' "$steps_took"
    return "$steps_status"
}

# steps_fail NAME WHY : count a failure and show the end of its log.
steps_fail() {
    steps_failed=$((steps_failed + 1))
    printf 'FAILED  %s\n    %s\n' "$1" "$2" >>"$steps_dir/failures"
    tail -n 25 "$steps_dir/$1.log" 2>/dev/null | sed 's/^/    | /'
}

# steps_skip NAME WHY
steps_skip() {
    steps_skipped=$((steps_skipped + 1))
    printf '%-26s skipped: %s\n' "$1" "$2"
    printf 'skipped %s: %s\n' "$1" "$2" >>"$steps_dir/skips"
}

# step NAME COMMAND... : one check, counted as one.
step() {
    step_name=$1
    if steps_run "$@"; then
        steps_passed=$((steps_passed + 1))
        echo
    else
        echo
        steps_fail "$step_name" "see $steps_dir/$step_name.log"
    fi
}

# step_build BUILD CMAKE-ARGUMENTS... : configure and build into BUILD. Counts
# only a failure. Returns 1 then.
step_build() {
    step_dir=$1
    shift
    step_name=build-$(basename "$step_dir")
    if steps_run "$step_name" steps_cmake "$step_dir" "$@"; then
        echo
        return 0
    fi
    echo
    steps_fail "$step_name" "cmake -B $step_dir $* && cmake --build $step_dir"
    return 1
}

steps_cmake() {
    steps_build=$1
    shift
    cmake -B "$steps_build" "$@" &&
        cmake --build "$steps_build" -j "$steps_jobs"
}

# step_ctest BUILD [CTEST-ARGUMENTS...] : run its tests, counting each.
step_ctest() {
    step_dir=$1
    shift
    step_name=test-$(basename "$step_dir")
    step_log=$steps_dir/$step_name.log
    steps_run "$step_name" ctest --test-dir "$step_dir" -V -j "$steps_jobs" \
        --timeout 300 "$@"
    : >"$step_log.failures"
    # shellcheck disable=SC2046 # three numbers
    set -- $(awk -v build="$step_dir" -v failures="$step_log.failures" \
        -v skips="$steps_dir/skips" -f tests/house/count.awk "$step_log")
    printf ': %d passed, %d failed, %d skipped\n' "$1" "$2" "$3"
    steps_passed=$((steps_passed + $1))
    steps_failed=$((steps_failed + $2))
    steps_skipped=$((steps_skipped + $3))
    cat "$step_log.failures" >>"$steps_dir/failures"
    if [ "$2" -gt 0 ]; then
        grep -E 'error: Failure|ERROR|: .*:[0-9]+: |Sanitizer' "$step_log" |
            head -n 20 | sed 's/^/    | /'
    fi
}

# steps_add FOLDER : take over what a script of steps of its own counted.
steps_add() {
    [ -s "$1/counts" ] || return 1
    read -r step_p step_f step_s <"$1/counts"
    steps_passed=$((steps_passed + step_p))
    steps_failed=$((steps_failed + step_f))
    steps_skipped=$((steps_skipped + step_s))
    cat "$1/failures" >>"$steps_dir/failures"
    cat "$1/skips" >>"$steps_dir/skips"
}

# Ends the run: skips and failures named, then one line of counts.
steps_end() {
    echo
    sort -u "$steps_dir/skips"
    cat "$steps_dir/failures"
    echo "took $(($(date +%s) - steps_started)) s"
    echo "$steps_passed $steps_failed $steps_skipped" >"$steps_dir/counts"
    echo "$steps_passed passed, $steps_failed failed, $steps_skipped skipped"
    [ "$steps_failed" -eq 0 ] && [ "$steps_passed" -gt 0 ]
}
