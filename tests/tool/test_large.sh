# SPDX-License-Identifier: MIT
# Content is a stream: sealing, embedding and verifying take the same memory
# whatever its length, but for 32 bytes or so a chunk.
need_python
cat >peak.py <<'END'
import resource
import subprocess
import sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
END
# peak LIMIT ARGUMENT... : KiB
peak() {
    limit=$1
    shift
    checks=$((checks + 1))
    kib=$("$SEIGR_PYTHON" peak.py "$SEIGR" "$@") || fail "seigr $*"
    [ "$kib" -le "$limit" ] || fail "$kib KiB, not $limit: seigr $*"
    echo "count peak-kib-of-$1 $kib"
}
grep -qE '__(asan|tsan)_init' "$SEIGR" &&
    skip "a build with sanitizers takes more memory"
base=$("$SEIGR_PYTHON" peak.py "$SEIGR" version)
[ "$base" -le 16384 ] || skip "this build takes $base KiB for nothing"
make_key

# 256 MiB of which each chunk is another one, most of them holes.
"$SEIGR_PYTHON" - <<'END'
with open("big", "wb") as big:
    for i in range(4096):
        big.seek(i * 65536)
        big.write(b"chunk %5d" % i)
    big.truncate(4096 * 65536)
END
peak 20480 seal big
peak 20480 verify big.seigr
rm big.seigr
peak 20480 seal --embed big
rm big
peak 20480 verify big.seigr
expect 0 verify big.seigr
says "content      holds"
