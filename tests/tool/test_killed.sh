# SPDX-License-Identifier: MIT
# A command that is killed at any moment leaves a whole file or none, and the
# stream without a fork.
make_key
head -c 200000 /dev/urandom >f
i=0
while [ $i -lt 40 ]; do
    i=$((i + 1))
    "$SEIGR" seal --embed f -o "$i.seigr" >/dev/null 2>&1 &
    sleep "0.0$((i % 4))$((i % 10))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
done
expect 0 seal --embed f -o last.seigr
made=$(find . -name '*.seigr' | wc -l)
echo "count files-of-40-killed $((made - 1))"
expect 0 verify -q ./*.seigr
expect 0 lineage ./*.seigr
says "forks: holds; no fork among the $made capsules"
says "integrity: holds"

# Waiting for somebody else, it says that it was stopped. A signal that comes
# before it waits ends it without words, or is followed by another.
mkfifo pipe
for command in seal verify show; do
    for pause in 0.2 1 5; do
        "$SEIGR" $command pipe >/dev/null 2>"$TMPDIR/err" &
        waiting=$!
        sleep $pause
        kill "$waiting"
        sleep $pause
        kill "$waiting" 2>/dev/null
        wait "$waiting" 2>/dev/null
        same 143 $? "exit of a stopped $command"
        [ ! -s "$TMPDIR/err" ] || break
    done
    same "seigr: pipe: stopped" "$(cat "$TMPDIR/err")" "words of $command"
done
