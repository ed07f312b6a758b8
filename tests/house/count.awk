# SPDX-License-Identifier: MIT
# Count what "ctest -V" ran: every cmocka test by itself, every other program
# as one. Prints "PASSED FAILED SKIPPED". A line "skipped: why" before a skip
# is its reason.
#   -v build=FOLDER      named in the lines that rerun a test
#   -v failures=FILE     receives two lines for each failure
#   -v skips=FILE        receives one line for each skip
function fail(name, rerun) {
    failed++
    print "FAILED  " name " (" build ")\n    " rerun > failures
}
function skip(name) {
    skipped++
    print "skipped " name " (" build ")" > skips
}
# One ctest entry has ended. A program that broke off is a failure, whatever
# it counted until then.
function finish(id, entry, verdict,    cmocka, rerun) {
    rerun = "ctest --test-dir " build " --output-on-failure -R '^" entry "$'"
    cmocka = ok[id] + bad[id] + left_out[id]
    passed += ok[id]
    if (verdict == "Passed" && cmocka == 0)
        passed++
    else if (verdict ~ /Skipped/)
        skip(entry reason[id])
    else if (verdict != "Passed" && bad[id] == 0)
        fail(running[id] == "" ? entry : entry ", in " running[id], rerun)
    else if (verdict == "Passed" && bad[id] > 0)
        fail(entry ", which hides failed tests", rerun)
}
/^[0-9]+: / {
    id = $1 + 0
    if ($2 == "Test" && $3 == "command:") {
        program[id] = $4
        sub("^.*/" build "/", build "/", program[id])
    } else if (/\[ RUN      \] test_/) {
        running[id] = $NF
    } else if (/\[       OK \] test_/) {
        ok[id]++
        running[id] = ""
    } else if (/\[  (FAILED|ERROR )  ?\] test_/ && $NF == running[id]) {
        bad[id]++
        running[id] = ""
        fail($NF, program[id] " '" $NF "'")
    } else if (/\[  SKIPPED \] test_/ && $NF == running[id]) {
        left_out[id]++
        running[id] = ""
        skip($NF reason[id])
        reason[id] = ""
    } else if ($2 == "skipped:") {
        reason[id] = $0
        sub(/^[0-9]+: skipped/, "", reason[id])
    }
    next
}
/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
    line = $0
    sub(/^ *[0-9]+\/[0-9]+ Test +#/, "", line)
    id = line + 0
    sub(/^[0-9]+: /, "", line)
    entry = line
    sub(/ .*/, "", entry)
    verdict = line
    sub(/^[^ ]+ \.*/, "", verdict)
    sub(/^[ *]+/, "", verdict)
    sub(/ +[0-9.]+ sec.*/, "", verdict)
    finish(id, entry, verdict)
    ended++
}
# A run of no tests, or one that ctest itself broke off, proves nothing.
/ tests failed out of [0-9]+$/ {
    total = $NF
}
END {
    if (ended == 0 || ended != total)
        fail(ended + 0 " of " total + 0 " ctest entries ended",
             "ctest --test-dir " build)
    printf "%d %d %d\n", passed, failed, skipped
}
