# SPDX-License-Identifier: MIT
# Every way in which a file can be bad has its exit code and its sentence.
make_key
echo content >f
expect 0 seal f
len=$(size f.seigr)

# 10: no capsule in it.
: >empty
expect 10 verify empty
complains "empty: nothing is in it (at byte 0)"
expect 10 verify f
complains "f: it begins like no capsule and no bundle"
"$SEIGR_PYTHON" -c "import os; os.write(1, open('f.seigr','rb').read()[:46])" \
    >header
expect 10 show header
expect 10 show empty
expect 10 show --json empty

# 15: malformed. Half a capsule, cut anywhere, and bytes behind it.
for cut in 1 2 5 11 12 13 40 47 50 100 $((len - 1)); do
    head -c "$cut" f.seigr >half
    expect 15 verify half
    complains "the bytes end within a"
    complains "(at byte $cut)"
done
{
    cat f.seigr
    echo
} >behind
expect 15 verify behind
complains "(at byte $len)"
expect 15 show behind

# 11: a bad signature, in any of its bytes and of the content's.
for at in $((len - 1)) $((len - 60)) $((len - 120)); do
    cp f.seigr bad
    change bad "$at"
    "$SEIGR" verify bad >out 2>err
    code=$?
    case $code in
    11 | 15) ;;
    *) fail "changed at $at: exit $code" ;;
    esac
done
cp f.seigr bad
change bad $((len - 1))
expect 11 verify bad
complains "the signature"
complains "(at byte 46)"
not_says "trust:"
expect 11 show bad
says "with a bad signature"
says '"f"'
expect 11 show --body bad
same "" "$out" "content of a capsule with a bad signature"

# 12: another signer.
other=did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK
expect 12 verify --by $other f.seigr
complains "another key signed it"
says "trust: no"

# 1: a file that is not there, a folder.
expect 1 verify nothing
complains "nothing: there is no such file"
mkdir folder
expect 1 verify folder
complains "it is a folder"
expect 1 show nothing

# Of several the worst: 15, 11, 13, 12, 14, 10.
expect 15 verify bad half empty f.seigr
expect 11 verify empty bad f.seigr nothing
expect 10 verify nothing empty f.seigr
expect 12 verify --by $other f.seigr empty
expect 11 verify --by $other f.seigr bad empty
expect 15 verify --by $other half bad f.seigr
expect 0 verify f.seigr f.seigr

# Quiet: the exit code tells, and errors.
expect 0 verify -q f.seigr
same "" "$out$err" "verify -q"
expect 11 verify -q bad
same "" "$out" "verify -q of a bad one"
