# SPDX-License-Identifier: MIT
# Keys: never replaced, never read by others, behind a passphrase or not.
echo x >f
expect 1 seal f
complains "there is no key in $SEIGR_HOME; make one with"
expect 1 id
complains "make one with"

printf 'open sesame\nsecond line\n' >pass
chmod 600 pass
expect 0 init --passphrase-file pass
says "behind its passphrase"
before=$(cksum <"$SEIGR_HOME/key")
expect 1 init
complains "there is a key in $SEIGR_HOME/key already"
expect 1 init --no-passphrase
same "$before" "$(cksum <"$SEIGR_HOME/key")" "the key after init"
expect 0 id
same "" "$err" "id asks for nothing"
expect 0 seal --passphrase-file pass f
printf 'open sesame' >pass.same
expect 1 seal --passphrase-file pass.wrong f
complains "pass.wrong"
chmod 600 pass.same
expect 0 seal --passphrase-file pass.same f
printf 'open sesami\n' >pass.wrong
chmod 600 pass.wrong
cp f.seigr kept
expect 1 seal --passphrase-file pass.wrong f
complains "the passphrase for $SEIGR_HOME/key is wrong"
cmp -s kept f.seigr || fail "a wrong passphrase changed f.seigr"
no_litter .
: >pass.none
expect 1 seal --passphrase-file pass.none f
complains "its first line is empty"
chmod 644 pass
expect 0 seal --passphrase-file pass f
complains "warning: others can use pass"
expect 2 init --passphrase-file pass --no-passphrase

# No terminal, no file.
if command -v setsid >/dev/null; then
    setsid "$SEIGR" seal f >"$TMPDIR/out" 2>"$TMPDIR/err" </dev/null
    same 1 "$?" "exit without a terminal"
    err=$(cat "$TMPDIR/err")
    complains "give --passphrase-file FILE"
fi

# Others can read it: refused, and what to do.
for mode in 640 604 620 660 644 666; do
    chmod $mode "$SEIGR_HOME/key"
    for command in "id" "seal --passphrase-file pass f"; do
        # shellcheck disable=SC2086 # words
        expect 1 $command
        complains "chmod 600 $SEIGR_HOME/key"
    done
done
chmod 600 "$SEIGR_HOME/key"
expect 0 id

# Damaged.
cp "$SEIGR_HOME/key" good
change "$SEIGR_HOME/key" "$(($(size good) - 3))"
chmod 600 "$SEIGR_HOME/key"
expect 1 seal --passphrase-file pass f
complains "or the file is damaged"
head -c 20 good >"$SEIGR_HOME/key"
expect 1 id
complains "$SEIGR_HOME/key is damaged"
echo nonsense >"$SEIGR_HOME/key"
expect 1 id
complains "$SEIGR_HOME/key is damaged"
expect 1 seal f
complains "put your copy of the key back"

# The key is for nobody else.
cp good "$SEIGR_HOME/key"
expect 1 seal "$SEIGR_HOME/key"
complains "it is your key"
expect 1 seal -o "$SEIGR_HOME/key" f
complains "is no capsule, so it is kept"
cmp -s good "$SEIGR_HOME/key" || fail "the key was replaced"

# Where it is kept.
unset SEIGR_HOME
XDG_DATA_HOME=$PWD/xdg "$SEIGR" init -q --no-passphrase || fail "XDG"
[ -f xdg/seigr/key ] || fail "xdg/seigr/key is not there"
"$SEIGR" init -q --no-passphrase || fail "HOME"
[ -f "$HOME/.local/share/seigr/key" ] || fail "the key below HOME"
HOME='' expect 1 id
complains "set SEIGR_HOME, or HOME"
