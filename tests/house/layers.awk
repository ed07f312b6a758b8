# SPDX-License-Identifier: MIT
# Fails on the first include that points up or sideways. Input: the sources,
# their paths relative to the top folder. docs/ARCHITECTURE.md draws the order.
#
# What may be included, by who includes:
#   a room        itself, the rooms below it, the system headers of its row
#   ports/NAME    itself, base's private headers, every public header
#   anything else itself and public headers; tests also what they test
BEGIN {
    below["base"] = " "
    below["senary"] = " base "
    below["crypto"] = " base senary "
    below["capsule"] = below["crypto"] "crypto "
    below["trust"] = below["capsule"] "capsule "
    below["store"] = below["trust"] "trust "
    below["engine"] = below["store"]
    below["net"] = below["store"]
    below["boot"] = " base crypto capsule trust "
    below["runtime"] = below["store"] "store engine net boot "

    # Public headers beside that of their room's name.
    header_of["body"] = "capsule"
    header_of["arena"] = "base"
    header_of["bundle"] = "capsule"
    header_of["cose"] = "capsule"
    header_of["checkpoint"] = "capsule"
    header_of["flash"] = "store"
    header_of["index"] = "store"
    header_of["journal"] = "store"
    header_of["lineage"] = "capsule"
    header_of["pool"] = "base"
    header_of["store_backend"] = "store"
    header_of["run"] = "engine"
    header_of["members"] = "net"
    header_of["reconcile"] = "net"
    header_of["record"] = "net"
    header_of["schedule"] = "engine"
    header_of["group"] = "engine"
    header_of["task"] = "capsule"
    header_of["reputation"] = "trust"
    header_of["statement"] = "trust"
    header_of["uv"] = "net"

    # Headers of ISO C that ask for nothing outside, and what each room may
    # know of the world.
    free = " assert.h limits.h stdarg.h stddef.h stdint.h string.h "
    system_of["base"] = " cbor.h "
    system_of["senary"] = " immintrin.h arm_neon.h "
    system_of["crypto"] = " sodium.h openssl/sha.h immintrin.h arm_neon.h "
    system_of["store"] = " lmdb.h "
    system_of["engine"] = " math.h "
}
function refuse(why) {
    print FILENAME ":" FNR ": " why
    broken = 1
    exit 1
}
# The room of an include's path, "" where it is none of a room.
function room_of(path,    part) {
    split(path, part, "/")
    if (part[1] == "seigr")
        path = part[2] == "sys" ? part[3] : part[2]
    else
        path = part[2] == "" ? "" : part[1]
    sub(/\.h$/, "", path)
    if (path in header_of)
        path = header_of[path]
    return path in below ? path : ""
}
function readable(path,    line, ok) {
    ok = (getline line < path) >= 0
    close(path)
    return ok
}
FNR == 1 {
    split(FILENAME, at, "/")
    folder = FILENAME
    sub(/[^\/]*$/, "", folder)
    home = at[1]
    room = ""
    if (at[1] == "src") {
        room = at[2]
        if (!(room in below))
            refuse("there is no room '" room "'")
    } else if (at[1] == "include") {
        room = room_of(substr(FILENAME, 9))
    }
    uv = FILENAME ~ /^src\/net\/uv\//
}
/^[ \t]*#[ \t]*include[ \t]*</ {
    name = $0
    sub(/^[^<]*</, "", name)
    sub(/>.*/, "", name)
    if (home == "include" && name !~ /^(stddef|stdint)\.h$/)
        refuse("a public header brings <" name ">")
    if (home == "src" && !index(free system_of[room], " " name " ") &&
        !(uv && name == "uv.h"))
        refuse("room " room " does not know <" name ">")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    name = $0
    sub(/^[^"]*"/, "", name)
    sub(/".*/, "", name)
    if (readable(folder name))
        next # of the same folder
    public = name ~ /^seigr\//
    other = room_of(name)
    if (public && !readable("include/" name))
        refuse("there is no include/" name)
    if (home == "src" || (home == "include" && room != "")) {
        if (other == "")
            refuse("room " room " includes \"" name "\", of no room")
        if (other != room && !index(below[room], " " other " "))
            refuse("room " room " includes \"" name "\", which is not below")
    } else if (home == "ports" && !public && other != "base") {
        refuse("a port includes the private \"" name "\"")
    } else if (home !~ /^(tests|fuzz|bench|include|ports)$/ && !public) {
        refuse(home " includes the private \"" name "\"")
    }
}
END {
    exit broken
}
