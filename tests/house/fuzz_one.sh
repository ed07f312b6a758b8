# SPDX-License-Identifier: MIT
# fuzz_one.sh SECONDS LOGS TARGET : fuzz one door from its corpus. What is
# found is left in LOGS; the corpus in the tree is not written to.
seconds=$1
logs=$2
target=$3
name=$(basename "$target")
corpus=fuzz/corpus/${name#fuzz_}
mkdir -p "$logs/$name.new"
"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$logs/$name-" "$logs/$name.new" "$corpus" \
    >"$logs/$name.out" 2>&1 </dev/null
echo "status $?" >>"$logs/$name.out"
