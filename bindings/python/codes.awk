# SPDX-License-Identifier: MIT
# codes.py from the public headers: status codes, kinds and roles by number.
/^#define SEIGR_E_[A-Z]+ \(-[0-9]+\)/ {
    word = substr($2, 9)
    if (word == "KEY") # Python has a KeyError
        word = "BADKEY"
    number = $3
    gsub(/[()]/, "", number)
    codes[++code_count] = sprintf("    %s: \"%s%sError\",", number,
                                  substr(word, 1, 1),
                                  tolower(substr(word, 2)))
}
/^#define SEIGR_(KIND|ROLE)_[A-Z]+ [0-9]+u/ {
    split($2, part, "_")
    members[part[2]] = members[part[2]] "    " part[3] " = " $3 + 0 "\n"
}
END {
    print "# Made by codes.awk from the public headers."
    print "from enum import IntEnum\n\nCODES = {"
    for (i = 1; i <= code_count; i++)
        print codes[i]
    print "}\n\n\nclass Kind(IntEnum):\n" members["KIND"]
    printf "\nclass Role(IntEnum):\n%s", members["ROLE"]
}
