# SPDX-License-Identifier: MIT
# Passphrases on a terminal: asked for, not shown, asked for twice when new.
need_python
cat >terminal.py <<'PYTHON'
# terminal.py ANSWERS COMMAND... : run it on a terminal of its own; at each
# question, which ends with ": ", give the next answer. Prints what is seen.
import os, pty, select, sys, termios

answers = [a for a in sys.argv[1].split("|")]
pid, fd = pty.fork()
if pid == 0:
    if sys.argv[2] == "--stdin":
        os.dup2(os.open(sys.argv[3], os.O_RDONLY), 0)
        del sys.argv[2:4]
    os.execv(sys.argv[2], sys.argv[2:])
seen = b""
asked = 0
while True:
    ready, _, _ = select.select([fd], [], [], 20)
    if not ready:
        seen += b"[it hangs]"
        os.kill(pid, 9)
        break
    try:
        part = os.read(fd, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
    if seen.rstrip(b" ").endswith(b":") and asked < len(answers):
        if termios.tcgetattr(fd)[3] & termios.ECHO:
            seen += b"[echo is on]"
        answer = answers[asked]
        asked += 1
        os.write(fd, b"\x03" if answer == "^C" else answer.encode() + b"\n")
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(seen)
if os.WIFSIGNALED(status):
    sys.exit(128 + os.WTERMSIG(status))
sys.exit(os.WEXITSTATUS(status))
PYTHON
# terminal CODE ANSWERS COMMAND...
terminal() {
    want=$1
    shift
    checks=$((checks + 1))
    out=$("$SEIGR_PYTHON" terminal.py "$@" 2>&1)
    got=$?
    same "$want" "$got" "exit of $* ($out)"
    not_says "[echo is on]"
    not_says "[it hangs]"
}
echo x >f
terminal 1 "sesame|other" "$SEIGR" init
says "the two passphrases differ"
[ ! -e "$SEIGR_HOME/key" ] || fail "a key was made"
terminal 130 "sesame|^C" "$SEIGR" init
[ ! -e "$SEIGR_HOME/key" ] || fail "a key was made"
terminal 0 "sesame|sesame" "$SEIGR" init
says "behind its passphrase"
not_says sesame
terminal 0 "" "$SEIGR" id
terminal 0 "sesame" "$SEIGR" seal f
says "Passphrase for $SEIGR_HOME/key: "
not_says sesame
terminal 0 "" "$SEIGR" verify f.seigr
terminal 1 "wrong" "$SEIGR" seal f
says "is wrong"
# Asked on the terminal also where standard input is something else.
terminal 0 "sesame" --stdin f "$SEIGR" seal -o piped.seigr -
expect 0 show --body piped.seigr
same x "$out" "content"
terminal 130 "^C" "$SEIGR" seal -o stopped.seigr f
[ ! -e stopped.seigr ] || fail "stopped.seigr was written"
no_litter .

# An empty one: none.
rm -rf "$SEIGR_HOME"
terminal 0 "|" "$SEIGR" init
terminal 0 "" "$SEIGR" seal f
rm -rf "$SEIGR_HOME"
terminal 0 "" "$SEIGR" init --no-passphrase
