# SPDX-License-Identifier: MIT
# Which exported functions may reach the allocator. Input: the exported names,
# one a line, then "objdump -dr" of the library's objects, of which every call
# and every address taken counts: what a function hands on as a callback it
# may run. Prints "ROOM FUNCTION" of those that may.
#   -v names=FILE  the exported names
BEGIN {
    while ((getline line < names) > 0) {
        split(line, field, " ")
        exported[field[1]] = 1
    }
}
/file format/ {
    file = $1
    sub(/^.*\.dir\//, "", file)
    sub(/^\.\//, "", file)
    split(file, part, "/")
    room = part[2]
    here = ""
    next
}
/^[0-9a-f]+ <.*>:$/ {
    here = $2
    gsub(/[<>:]/, "", here)
    if (here in exported)
        room_of[here] = room
    next
}
here == "" {
    next
}
# A relocation names what is in another place, the instruction what is here.
match($0, /R_[A-Z0-9_]+[ \t]+[A-Za-z_.][A-Za-z0-9_.]*/) {
    there = substr($0, RSTART, RLENGTH)
    sub(/.*[ \t]/, "", there)
    callers[there] = callers[there] " " here
    next
}
match($0, /<[A-Za-z_][A-Za-z0-9_.]*[>+]/) {
    there = substr($0, RSTART + 1, RLENGTH - 2)
    if (there != here)
        callers[there] = callers[there] " " here
}
END {
    # One is inlined into the other where the compiler optimises.
    queue[1] = "seigr__alloc"
    queue[count = 2] = "seigr__alloc_zero"
    for (i = 1; i <= count; i++) {
        n = split(callers[queue[i]], from, " ")
        for (k = 1; k <= n; k++) {
            if (!(from[k] in reached)) {
                reached[from[k]] = 1
                queue[++count] = from[k]
            }
        }
    }
    for (name in reached)
        if (name in exported)
            print room_of[name], name
}
