# SPDX-License-Identifier: MIT
# 13: what hangs together wrongly. The bundles are put together by hand from
# good capsules.
need_python
make_key
cat >bundle.py <<'PYTHON'
# bundle.py OUT ROOTS CAPSULES : roots and capsules of the bundles a b c ...
import sys

def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    if n < 256:
        return bytes([major << 5 | 24, n])
    return bytes([major << 5 | 25]) + n.to_bytes(2, "big")

def parts(name):
    b = open(name, "rb").read()
    return b[14:46], b[46:]

out, roots, capsules = sys.argv[1:]
data = bytes.fromhex("a3006573656967720101" "02") + head(4, len(roots))
for r in roots:
    data += head(2, 32) + parts(r + ".seigr")[0]
for c in capsules:
    data += parts(c + ".seigr")[1]
open(out, "wb").write(data)
PYTHON
bundle() {
    "$SEIGR_PYTHON" bundle.py "$@"
}
for name in a b c; do
    echo $name >$name
    expect 0 seal $name
done

bundle all abc abc
expect 0 verify all
says "chains       holds"
says "forks        holds"
bundle some ac ac # a gap is named, and no error
expect 0 verify some
says "completeness open"
bundle twice a aa
expect 0 verify twice

bundle order abc bac
expect 13 verify order
complains "comes after one that points to it"
bundle roots ab a
expect 13 verify roots
complains "the root is not in it"

# A fork, two capsules of one number.
fork g.seigr h.seigr
bundle fork abcgh abcgh
expect 13 verify fork
says "forks        broken"
complains "fork: "
expect 13 verify -q fork
expect 13 verify --json fork
same 13 "$(json 'j["files"][0]["exit"]')" exit
same broken "$(json '[l["status"] for l in j["files"][0]["lineage"]
    if l["property"] == "forks"][0]')" forks
expect 0 verify g.seigr h.seigr # alone, neither shows it

# A home copied with its streams begins another stream, linked to the last
# capsule that it knew.
last=$("$SEIGR" show c.seigr | sed -n 's/^capsule //p')
mv "$SEIGR_HOME" kept
cp -a kept "$SEIGR_HOME"
echo d >d
expect 0 seal d
complains "was copied or restored: a new stream begins"
expect 0 show d.seigr
says "sequence   1"
says "link       CONTINUES $last"
expect 0 seal d
same "" "$err" "the second in the new stream"
expect 0 show d.seigr
says "sequence   2"
not_says "stream     0"
