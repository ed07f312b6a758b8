# SPDX-License-Identifier: MIT
# Colour: never in a pipe, on demand always, NO_COLOR and --color heard.
need_python
make_key
echo x >f
expect 0 seal f
escape=$(printf '\033')
expect 0 verify f.seigr
not_says "$escape"
expect 0 verify --color=always f.seigr
says "$escape[32mholds"
expect 0 verify --color always --json f.seigr
not_says "$escape"
export NO_COLOR=1
expect 0 verify --color=always f.seigr
says "$escape"
unset NO_COLOR

# On a terminal.
terminal() {
    "$SEIGR_PYTHON" - "$@" <<'PYTHON'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
data = b""
while True:
    try:
        part = os.read(fd, 65536)
    except OSError:
        break
    if not part:
        break
    data += part
os.waitpid(pid, 0)
sys.stdout.buffer.write(data)
PYTHON
}
out=$(TERM=xterm terminal "$SEIGR" verify f.seigr)
says "$escape[32mholds"
out=$(TERM=xterm NO_COLOR=1 terminal "$SEIGR" verify f.seigr)
not_says "$escape"
says "holds"
out=$(TERM=xterm NO_COLOR= terminal "$SEIGR" verify f.seigr)
says "$escape[32m"
out=$(TERM=dumb terminal "$SEIGR" verify f.seigr)
not_says "$escape"
out=$(TERM=xterm terminal "$SEIGR" verify --color=never f.seigr)
not_says "$escape"
# Capsules are not for a terminal.
out=$(echo y | terminal "$SEIGR" seal -o - f)
says "capsules are not for a terminal"
