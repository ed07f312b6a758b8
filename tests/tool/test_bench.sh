# SPDX-License-Identifier: MIT
# Benchmark programs are run as often as asked, their figures set side by
# side; here they are scripts that print what is known.
need_python
mkdir programs
cat >programs/bench_b <<'END'
#!/bin/sh
n=$(cat runs 2>/dev/null || echo 0)
n=$((n + 1))
echo $n >runs
echo "rate $((n % 3 + 1)) GB/s"
echo "rate:other 8 GB/s"
echo "time $n.5 ns"
echo "time:fast 1 ns"
echo "time:slow 70 ns"
echo "time:alone 70 us"
echo "size 12 bytes"
echo "cost 2 us/id"
echo "cost:dear 4 us/id"
END
printf '#!/bin/sh\necho "seconds $1 s"\n' >programs/bench_a
chmod +x programs/bench_*
expect 0 bench --from programs --runs 3
says "median of 3 runs, 0.2 s a figure"
says "  seconds                                         0.2 s"
says "  rate                                              2 GB/s
    other                                           8 GB/s              0.25"
says "  time                                            2.5 ns
    fast                                            1 ns                 0.4
    slow                                           70 ns                  28"
says "  time:alone                                       70 us"
same 3 "$(cat runs)" runs
[ "$(printf '%s\n' "$out" | awk 'length > 80 && !/seigr|Linux/' | wc -l)" -eq 0 ] ||
    fail "the table is wider than 80"
rm runs
expect 0 bench --from programs --runs 2 --seconds 0.05 --json a b
same seigr.bench/1 "$(json 'j["schema"]')" schema
same "a seconds None 0.05" \
    "$(json '"{subject} {name} {peer} {median}".format(**j["figures"][0])')" a
same "2 1.5 2.5 2" "$(json '"{median:g} {least} {most} {runs}".format(
    **[f for f in j["figures"] if f["name"] == "time"][0])')" time
same "35.0" "$(json '[f for f in j["figures"]
    if f["peer"] == "slow"][0]["times_as_good"]')" slow
expect 0 bench --from programs --runs 1 a
not_says rate

# A drawing: well-formed, its bars as long as the figures say, replaced only
# where it is asked for.
rm runs
expect 0 bench --from programs --runs 1 --plot out.svg b
drawn=$("$SEIGR_PYTHON" - <<'END'
import math
import xml.etree.ElementTree as tree
root = tree.parse("out.svg").getroot()
space = "{http://www.w3.org/2000/svg}"
assert root.tag == space + "svg"
texts = [t.text for t in root.iter(space + "text")]
bars = [r for r in root.iter(space + "rect") if r.get("height") == "11"]
widths = [float(b.get("width")) for b in bars]
times = [0.25, 1 / 1.5, 70 / 1.5, 2]
for a, b in zip(widths, widths[1:]):
    i = widths.index(a)
    assert abs(a / b - abs(math.log(times[i]) / math.log(times[i + 1]))) < 0.02
assert [b.get("fill") for b in bars] == ["#c8553d", "#c8553d", "#2a7f9e", "#2a7f9e"]
assert "size" not in texts and "1.5 / 70 ns" in texts, texts
print(len(bars))
END
)
same 4 "$drawn" bars
cp out.svg before.svg
expect 1 bench --from programs --runs 1 --plot out.svg b
complains "--force"
cmp -s out.svg before.svg || fail "a drawing was replaced"
expect 0 bench --from programs --runs 1 --plot out.svg --force b
expect 1 bench --from programs --runs 1 --plot none.svg a
complains "no figure has a peer"
[ ! -e none.svg ] || fail "a drawing of nothing"
expect 1 bench --from programs --runs 1 --plot nowhere/out.svg b

# What is wrong is said, and nothing is answered.
expect 2 bench --from programs c
complains 'no benchmark of "c"'
for runs in 0 x -1 101 1x ''; do
    expect 2 bench --from programs --runs "$runs"
done
for seconds in 0 x -1 61 nan inf 0x; do
    expect 2 bench --from programs --seconds "$seconds"
done
expect 1 bench --from nowhere
complains nowhere
mkdir empty
expect 1 bench --from empty
complains "no benchmark program"
for line in 'no figure' 'x 1' 'x nan ns' 'x -1 ns' 'x: 1 ns' 'x<y 1 ns' \
    "x 1 $(printf '\033[31m')"; do
    printf '#!/bin/sh\nprintf "%%s\\n" "%s"\n' "$line" >programs/bench_bad
    chmod +x programs/bench_bad
    expect 1 bench --from programs bad
    complains "no figure"
    same "" "$out" "answer to a bad line"
done
printf '#!/bin/sh\necho "x 1 ns"\nexit 3\n' >programs/bench_bad
expect 1 bench --from programs --json bad
complains "bench_bad in programs failed"
same "" "$out" "answer to a failed program"
chmod -x programs/bench_bad
expect 1 bench --from programs bad

# Stopping the command stops the program that it runs.
printf '#!/bin/sh\necho $$ >pid\nexec sleep 60\n' >programs/bench_bad
chmod +x programs/bench_bad
"$SEIGR" bench --from programs bad &
command=$!
while [ ! -s pid ]; do sleep 0.05; done
kill "$command"
wait "$command"
same 143 $? "exit of a stopped command"
kill -0 "$(cat pid)" 2>/dev/null && fail "the program still runs"
no_litter .
