# SPDX-License-Identifier: MIT
# No room: the sentence says so, nothing half-written stays, the stream goes
# on without a hole.
make_key
echo x >f
mkdir project
for i in 1 2 3 4 5; do
    head -c 50000 /dev/urandom >project/$i
done
expect 0 seal f
expect 0 seal -o - f
expect 0 seal -o project2.seigr project

# A limit of the process stands for a full disk.
limited() {
    want=$1
    shift
    checks=$((checks + 1))
    (
        ulimit -f 8
        exec "$SEIGR" "$@"
    ) >"$TMPDIR/out" 2>"$TMPDIR/err"
    same "$want" "$?" "exit of $* under a limit"
    out=$(cat "$TMPDIR/out")
    err=$(cat "$TMPDIR/err")
}
limited 1 seal project
complains "cannot write project.seigr: "
[ ! -e project.seigr ] || fail "project.seigr is there"
no_litter .
cp f.seigr kept
limited 1 seal -o f.seigr project
cmp -s kept f.seigr || fail "f.seigr was changed"
no_litter .

# A real one, where this user may mount one.
mkdir disk
if mount -t tmpfs -o size=64k tmpfs disk 2>/dev/null; then
    expect 1 seal -o disk/project.seigr project
    complains "the disk is full; make room and try again"
    same "" "$(ls -A disk)" "the full disk"
    cp f.seigr disk/kept.seigr
    expect 1 seal -o disk/kept.seigr project
    cmp -s f.seigr disk/kept.seigr || fail "kept.seigr was changed"
    expect 1 bundle import -o disk/out project2.seigr
    complains "cannot write disk/out/"
    same 1 "$(printf '%s\n' "$err" | wc -l | tr -d ' ')" sentences
    same kept.seigr "$(ls -A disk)" "the full disk after an import"
    # The key's folder is full.
    head -c 100000 /dev/zero >disk/fill 2>/dev/null
    SEIGR_HOME=$PWD/disk/home expect 1 init --no-passphrase
    [ ! -e disk/home/key ] || fail "half a key"
    umount disk
fi

# The streams' numbers go on where they were.
expect 0 seal f
expect 0 show f.seigr
says "sequence   9"

# Standard output that takes nothing.
for command in "verify f.seigr" "show f.seigr" "verify --json f.seigr" \
    "show --body f.seigr" "id" "help" "version" "seal -o - f"; do
    checks=$((checks + 1))
    # shellcheck disable=SC2086 # words
    "$SEIGR" $command >/dev/full 2>"$TMPDIR/err"
    same 1 "$?" "exit of $command on /dev/full"
    err=$(cat "$TMPDIR/err")
    complains "cannot write standard output: the disk is full"
done
expect 1 seal -o /dev/full f
complains "cannot write /dev/full: the disk is full"
expect 0 seal -o /dev/null f
[ -c /dev/null ] || fail "/dev/null was replaced"

# A closed one is no number for the next file that is opened.
for command in "seal -o - f" "seal -o closed.seigr f"; do
    checks=$((checks + 1))
    # shellcheck disable=SC2086 # words
    "$SEIGR" $command >&- 2>err
    same 1 "$?" "exit of $command without standard output"
    grep -q "cannot write standard output" err || fail "$command: $(cat err)"
done
SEIGR_HOME=$SEIGR_HOME/none "$SEIGR" seal f 2>&- && fail "sealed without a key"
for lock in "$SEIGR_HOME"/streams/*.lock; do
    [ ! -s "$lock" ] || fail "something was written into $lock"
done
