# SPDX-License-Identifier: MIT
# The main of a program that prints layout.c for this machine. Input: the public headers
# after the preprocessor ("cc -E -P"), so without comments.
function member(type, text,    name) {
    gsub(/\[[^]]*\]/, "", text)
    if (match(text, /\(\*[a-z0-9_]+\)/)) {
        name = substr(text, RSTART + 2, RLENGTH - 3)
    } else {
        sub(/[ \t]+$/, "", text)
        name = text
        sub(/^.*[^a-z0-9_]/, "", name)
    }
    if (name == "")
        return
    printf "    printf(\"AT(%s, %s, %%zu);\\n\", offsetof(%s, %s));\n",
        type, name, type, name
}
{
    all = all " " $0
}
END {
    print "int main(void)\n{"
    while (match(all, /typedef struct seigr_[a-z0-9_]+ *\{/)) {
        type = substr(all, RSTART, RLENGTH)
        sub(/^typedef struct /, "", type)
        sub(/ *\{$/, "", type)
        all = substr(all, RSTART + RLENGTH)
        body = substr(all, 1, index(all, "} " type ";") - 1)
        printf "    printf(\"\\nSIZE(%s, %%zu);\\n\", sizeof(%s));\n", type, type
        n = split(body, part, ";")
        for (i = 1; i <= n; i++)
            member(type, part[i])
    }
    print "    return 0;\n}"
}
