# SPDX-License-Identifier: MIT
# Base 6 of files and pipes: there and back, at every length, and every slip.
need_python
for len in 0 1 7 8 9 30 31 32 247 248 253951 253952 253953 700001; do
    head -c $len /dev/urandom >bytes
    expect 0 senary encode -o digits bytes
    expect 0 senary decode -o back digits
    cmp -s bytes back || fail "text of $len bytes"
    expect 0 senary cells -o cells bytes
    expect 0 senary cells --decode -o back cells
    cmp -s bytes back || fail "cells of $len bytes"
    count=$(tr -d '\n' <digits | wc -c)
    expect 0 senary pack -o packed digits
    expect 0 senary pack -d --count "$count" -o back packed
    cmp -s digits back || fail "packed digits of $len bytes"
    checks=$((checks + 3))
done
# The golden cases, through pipes.
"$SEIGR_PYTHON" - "$SEIGR" "$golden" <<'PYTHON' || fail "golden cases"
import json, subprocess, sys
seigr, folder = sys.argv[1:]

def run(data, *words):
    p = subprocess.run([seigr, "senary", *words], input=data,
                       capture_output=True)
    return p.returncode, p.stdout, p.stderr

n = 0
for case in json.load(open(folder + "/senary_text.json"))["valid"]:
    data, text = bytes.fromhex(case["hex"]), case["digits"].encode()
    line = text + b"\n" if text else b""
    assert run(data, "encode") == (0, line, b""), case
    assert run(line, "decode") == (0, data, b""), case
    n += 1
for case in json.load(open(folder + "/senary_text.json"))["invalid"]:
    code, out, err = run(case.encode(), "decode")
    assert code == 15 and err.startswith(b"seigr: "), (case, code, err)
    n += 1
for case in json.load(open(folder + "/senary_cells.json"))["valid"]:
    data, text = bytes.fromhex(case["hex"]), case["cells"].encode()
    line = text + b"\n" if text else b""
    assert run(data, "cells") == (0, line, b""), case
    assert run(line, "cells", "-d") == (0, data, b""), case
    n += 1
print("count golden", n)
PYTHON
checks=$((checks + 1))

# Line ends are left out, wherever they are; nothing else is.
head -c 1000 /dev/urandom >bytes
expect 0 senary encode bytes
printf '%s\n' "$out" | fold -w 61 | sed "s/\$/$(printf '\r')/" >digits
expect 0 senary decode digits
cmp -s "$TMPDIR/out" bytes || fail "folded digits"
printf '012 345\n' >digits
expect 15 senary decode digits
complains "(at digit 3)"
printf '0123456\n' >digits
expect 15 senary decode digits
complains "(at digit 6)"
printf '5555\n' >digits
expect 15 senary decode digits
expect 15 senary decode -o kept digits
[ ! -e kept ] || fail "half of an output"

# Check digits.
printf '0123\n' >digits
expect 0 senary check --make digits
made=$out
same 10 "${#made}" "digits and check digits"
printf '%s\n' "$made" >digits
expect 0 senary check digits
same good "$out" check
expect 0 senary check --json digits
same true "$(json 'j["good"]')" "check --json"
printf '%s\n' "$made" | sed 's/^0/1/' >digits
expect 15 senary check digits
complains "(at character 0)"
make_key
"$SEIGR" id | sed -n 2p >address
expect 0 senary check address
sed 's/^\(seigr:.*\)\(.\)\(.\)$/\1\3\2/' address >swapped
cmp -s address swapped || expect 15 senary check swapped

# Packed digits.
printf '0123\n' >digits
expect 0 senary pack -o packed digits
same 2 "$(size packed)" "bytes of four digits"
expect 2 senary pack -d packed
complains "give --count"
expect 2 senary pack -d --count many packed
expect 2 senary pack --count 4 digits
expect 15 senary pack -d --count 7 packed
complains "not 7"
expect 15 senary pack -d --count 3 packed
printf '\330' >packed
expect 15 senary pack -d --count 3 packed

# Cells name what is wrong.
printf 'some content' >bytes
expect 0 senary cells -o cells bytes
change cells 8
expect 15 senary cells -d cells
complains "cell 1"
expect 1 senary encode nothing
complains "there is no such file"
expect 1 senary encode .
complains "it is a folder"
expect 2 senary
complains "senary needs a second word"
