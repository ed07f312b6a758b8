#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [-n RUNS] [-s SECONDS] [BUILD [SUBJECT...]] : run the benchmarks of
# BUILD (build/release) on one core and print the median of each figure. The
# peer's figure stands beside ours, from the same run.
set -eu
cd "$(dirname "$0")/.."
runs=5
seconds=0.2
while getopts n:s: option; do
    case $option in
    n) runs=$OPTARG ;;
    s) seconds=$OPTARG ;;
    *)
        sed -n '3,5s/^# //p' "bench/run.sh" >&2
        exit 2
        ;;
    esac
done
shift $((OPTIND - 1))
build=${1:-build/release}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- $(find "$build/bench" -maxdepth 1 -type f \
    -name 'bench_*' -perm -u+x | sed 's/.*bench_//' | sort)

pin=
! command -v taskset >/dev/null || pin='taskset -c 0'
echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)," \
    "$(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg)"
cached() {
    sed -n "s/^$1:[^=]*=//p" "$build/CMakeCache.txt"
}
echo "build:   $(cached CMAKE_BUILD_TYPE)," \
    "$("$(cached CMAKE_C_COMPILER)" --version | head -n 1)"
echo "median of $runs runs, $seconds s a figure"
for subject; do
    echo
    echo "$subject"
    n=0
    while [ "$n" -lt "$runs" ]; do
        $pin "$build/bench/bench_$subject" "$seconds"
        n=$((n + 1))
    done | awk '
        NF >= 3 {
            if (!($1 in count))
                order[++names] = $1
            value[$1, count[$1]++] = $2
            unit[$1] = $3
        }
        function median(name, n,    i, j, t, v) {
            for (i = 0; i < n; i++)
                v[i] = value[name, i] + 0
            for (i = 1; i < n; i++)
                for (j = i; j > 0 && v[j - 1] > v[j]; j--) {
                    t = v[j]
                    v[j] = v[j - 1]
                    v[j - 1] = t
                }
            return v[int(n / 2)]
        }
        END {
            for (i = 1; i <= names; i++)
                printf "  %-44s %14.6g %s\n", order[i],
                    median(order[i], count[order[i]]), unit[order[i]]
        }'
done
