# SPDX-License-Identifier: MIT
# The numbers of the house style. Input: C sources and headers by their paths
# from the top folder. Prints what breaks a rule, then the figures; exits 1 if
# anything broke one.
#   -v scripts=N  lines of tests in other languages
function refuse(why) {
    print FILENAME ":" FNR ": " why
    broken = 1
}
FNR == 1 {
    if ($0 !~ /SPDX-License-Identifier: MIT/)
        refuse("the first line is no SPDX line")
    name = FILENAME
    sub(/^.*\//, "", name)
    # ports/ repeats names on purpose, include/seigr/sys/ extends a room's.
    if (FILENAME !~ /^ports\// && FILENAME !~ /^include\/seigr\/sys\//) {
        if (name in seen)
            refuse("the basename is taken by " seen[name])
        seen[name] = FILENAME
    }
    ours = FILENAME ~ /^(src|include|tools|ports)\//
    split(FILENAME, part, "/")
    room = part[1] "/" part[2]
    body = 0
    guard = ""
    comment_ended = 0
}
{
    lines++
    if (FILENAME ~ /^(src|ports|tools)\//)
        source_lines++
    else if (FILENAME ~ /^(tests|fuzz)\//)
        test_lines++
    # Characters, not the bytes that LC_ALL=C makes length() count.
    plain = $0
    gsub(/[\200-\277]/, "", plain)
    if (length(plain) > 80)
        refuse("over 80 columns")
    if (FNR == 100 && FILENAME ~ /^examples\//)
        refuse("an example is under 100 lines")
    # layout.c is made from the headers, and as long as they are.
    if (FNR == 1001 && FILENAME ~ /\.c$/ && FILENAME !~ /abi\/layout\.c$/)
        refuse("the file passes 1,000 lines")
}
/^(.*[^A-Za-z])?(TODO|FIXME|XXX)([^A-Za-z].*)?$/ {
    refuse("unfinished")
}
# Preprocessor branches, guards and extern "C" not counted.
/^[ \t]*#[ \t]*if/ && ours && FILENAME !~ /^ports\// {
    if ($1 == "#ifndef" && guard == "")
        guard = $2
    else if ($2 != "__cplusplus")
        branches++
}
ours && FILENAME !~ /^ports\// {
    branch_lines++
}
# A public prototype stands right behind its comment.
/^SEIGR_API/ && FILENAME ~ /^include\// {
    prototypes++
    if (!comment_ended)
        refuse("a public prototype without its comment")
}
{
    comment_ended = /\*\/$/
}
# A function: from the line "{" in the first column to "}" there. Its length
# is that of the body.
ours && /^[{]/ {
    body = FNR
}
ours && /^[}]/ && body > 0 && FILENAME ~ /\.c$/ {
    len = FNR - body - 1
    count_of[len]++
    functions++
    functions_of[room]++
    if (len > 70) {
        long++
        longest = longest "    " FILENAME ":" body ": " len " lines\n"
    }
    if (len > max)
        max = len
    body = 0
}
/^[ \t]+assert\(/ && ours {
    asserts++
    asserts_of[room]++
}
function percentile(share,    n, sum) {
    for (n = 0; n <= max; n++) {
        sum += count_of[n]
        if (sum >= functions * share)
            return n
    }
    return max
}
function limit(what, value, bound) {
    printf "%s: %g, at most %g\n", what, value, bound
    if (value > bound) {
        broken = 1
        print "    too many"
    }
}
# What has been reached is kept; a handful of functions is no room.
function least(what, value, bound) {
    printf "%s: %.2f, at least %.2f\n", what, value, bound
    if (value < bound) {
        broken = 1
        print "    too few"
    }
}
function least_asserts(room, bound) {
    if (functions_of[room] >= 20)
        least("asserts a function in " room,
            asserts_of[room] / functions_of[room], bound)
}
END {
    if (prototypes == 0 || functions == 0) {
        print "no prototype or no function was found"
        broken = 1
    }
    print prototypes " public prototypes, each with its comment"
    limit("#if a thousand lines", 1000 * branches / branch_lines, 8)
    limit("function length, half are below", percentile(0.5), 16)
    limit("function length, nine of ten are below", percentile(0.9), 50)
    limit("per cent of functions over 70 lines", 100 * long / functions, 2)
    printf "%s", longest
    printf "asserts a function: %.2f\n", asserts / functions
    least_asserts("src/base", 0.70)
    least_asserts("src/senary", 0.39)
    least_asserts("src/crypto", 0.45)
    least_asserts("src/capsule", 0.45)
    least_asserts("tools/seigr", 0.25)
    if (functions >= 100)
        least("test lines a source line",
            (test_lines + scripts) / source_lines, 0.60)
    exit broken
}
