# SPDX-License-Identifier: MIT
# Twenty seals at once queue: every number once, every previous the one before.
need_python
make_key
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    echo $i >$i
    mkdir folder.$i
    echo a >folder.$i/a
    echo b >folder.$i/b
done
pids=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    "$SEIGR" seal -q $i &
    pids="$pids $!"
    "$SEIGR" seal -q folder.$i &
    pids="$pids $!"
done
for pid in $pids; do
    checks=$((checks + 1))
    wait "$pid" || fail "one of many failed"
done
for file in *.seigr; do
    "$SEIGR" show --json "$file" >"$file.json" || fail "$file"
done
"$SEIGR_PYTHON" - *.json <<'PYTHON' || fail "the chain"
import json, sys
chain = {}
for name in sys.argv[1:]:
    for c in json.load(open(name))["capsules"]:
        assert c["stream"] == "0", c
        assert c["sequence"] not in chain, ("a fork at", c["sequence"])
        chain[c["sequence"]] = c
assert sorted(chain) == list(range(1, 81)), sorted(chain)
for n in range(2, 81):
    assert chain[n]["previous"] == chain[n - 1]["address"], n
PYTHON
no_litter .
no_litter "$SEIGR_HOME"
