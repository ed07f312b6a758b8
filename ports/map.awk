# SPDX-License-Identifier: MIT
# Who takes how much of an image: read a GNU linker map, print
#     GROUP CODE DATA BSS
# a line for each group, in bytes. A group is a room of the library, a library
# it stands on, the C library, or "board": start-up code and the program.
#   -v sources=FILE   the profile's list (ports/sources/), which says of what
#                     room a file of the library is
# A piece takes what lies between its address and the next one's, so that
# filling and merged strings are counted once, with what they come after.
BEGIN {
    while ((getline line < sources) > 0)
        if (line ~ /^(source|smaller) (src|ports)\//) {
            file = line
            sub(/.* /, "", file)
            split(file, part, "/")
            sub(/.*\//, "", file)
            # The engine is WebAssembly; what runs tasks on it is counted apart.
            room[file] = part[2] == "engine" && file !~ /^wasm_/ ? "tasks" : \
                         part[2]
        }
}
function hex(text,    value, i) {
    value = 0
    text = tolower(text)
    for (i = 3; i <= length(text); i++)
        value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
    return value
}
function group_of(object,    member) {
    member = object
    sub(/.*\(/, "", member)
    sub(/\)$/, "", member)
    sub(/\.(o|obj)$/, "", member)
    if (object ~ /libseigr\.a\(/)
        return member in room ? room[member] : "unknown:" member
    if (object ~ /libsodium\.a\(/)
        return "libsodium"
    if (object ~ /libcbor\.a\(/)
        return "libcbor"
    if (object ~ /libprotobuf-c\.a\(/)
        return "protobuf-c"
    if (object ~ /lib(c|c_nano|g|g_nano|gcc|m|m_nano)\.a\(/)
        return "libc"
    return "board"
}
# What came last ends at this address.
function close_piece(address) {
    if (group != "" && address > from)
        total[group, kind] += address - from
    group = ""
}
/^Linker script and memory map/ {
    started = 1
    next
}
!started {
    next
}
# An output section: which kind of memory is it?
/^\.[A-Za-z_]/ {
    close_piece(end)
    name = $1
    kind = ""
    if (name ~ /^\.(start|text|rodata|ARM\.exidx)$/)
        kind = "code"
    else if (name ~ /^\.(data|tdata)$/)
        kind = "data"
    else if (name ~ /^\.(bss|thread|tbss)$/)
        kind = "bss"
    if (NF >= 3)
        end = hex($2) + hex($3)
    else
        waiting = 1
    next
}
waiting && /^ +0x/ {
    end = hex($1) + hex($2)
    waiting = 0
    next
}
kind == "" {
    next
}
# An input section, on one line or on two.
/^ [.C*][^ ]* +0x[0-9a-f]+ +0x[0-9a-f]+ +[^ ]/ {
    piece($2, $3, $4)
    next
}
/^ [.C][^ ]*$/ {
    pending = 1
    next
}
pending && /^ +0x[0-9a-f]+ +0x[0-9a-f]+ +[^ ]/ {
    piece($1, $2, $3)
}
{
    pending = 0
}
function piece(address, size, object) {
    if (hex(size) == 0)
        return
    close_piece(hex(address))
    group = group_of(object)
    from = hex(address)
    seen[group] = 1
}
END {
    close_piece(end)
    for (group in seen)
        printf "%s %d %d %d\n", group, total[group, "code"],
               total[group, "data"], total[group, "bss"]
}
