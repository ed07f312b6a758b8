# SPDX-License-Identifier: MIT
# What may not be read or written is named, with what to do; nothing of it is
# half done. Root may do all, so another user runs these.
chmod 755 .. .
mkdir ours
[ "$(id -u)" -ne 0 ] || chown 65534:65534 ours
SEIGR_HOME=$PWD/ours/home
as_another init --no-passphrase || skip "nobody else can run the command"
same 0 "$got" init
echo x >ours/f
chmod 644 ours/f
as_another seal ours/f
same 0 "$got" seal

# denied EXIT TEXT ARGUMENT...
denied() {
    want=$1
    text=$2
    shift 2
    checks=$((checks + 1))
    as_another "$@"
    same "$want" "$got" "exit of $*"
    complains "$text"
    [ "$(printf '%s\n' "$err" | grep -c '^seigr: ')" -eq "${sentences:-1}" ] ||
        fail "not one sentence: $err"
    no_litter ours
}

# A home that is read-only.
chmod 500 ours/home ours/home/streams
denied 1 "permission denied; change who may use it" seal ours/f
as_another doctor
same 1 "$got" "doctor of a home that is read-only"
says "problem  home       you cannot write to $SEIGR_HOME"
says "chmod 700 $SEIGR_HOME"
as_another verify ours/f.seigr
same 0 "$got" "verify with a home that is read-only"
chmod 700 ours/home ours/home/streams

# A key that cannot be read.
chmod 000 ours/home/key
for command in "seal ours/f" id doctor; do
    # shellcheck disable=SC2086 # words
    as_another $command
    same 1 "$got" "exit of $command"
    case $command in
    doctor) says "cannot open $SEIGR_HOME/key: permission denied" ;;
    *) complains "cannot open $SEIGR_HOME/key: permission denied; change" ;;
    esac
done
chmod 600 ours/home/key

# A file, a folder and a place that are not ours.
chmod 000 ours/f
denied 1 "ours/f: permission to read it is denied" seal ours/f
chmod 644 ours/f
chmod 000 ours/f.seigr
denied 1 "ours/f.seigr" verify ours/f.seigr
chmod 644 ours/f.seigr
mkdir ours/d ours/d/e ours/locked
chmod 000 ours/d/e
sentences=2 denied 1 "e: the folder cannot be read" seal ours/d
chmod 755 ours/d/e
chmod 555 ours/locked
denied 1 "cannot write ours/locked/f.seigr: permission denied" \
    seal ours/f -o ours/locked/f.seigr
denied 1 "ours/locked" bundle import ours/f.seigr -o ours/locked/out
as_another seal ours/f
same 0 "$got" "seal when all is well again"
