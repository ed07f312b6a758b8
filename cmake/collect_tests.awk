# SPDX-License-Identifier: MIT
# Make the table of a room's tests: every function
#     void test_<room>_<subject>__<case>(void **state)
# at the start of a line of the files given. Input: the files;
#     -v room=NAME
#     -v header=NAME  of what declares the table (support.h)
BEGIN {
    print "/* Made by cmake/collect_tests.awk from tests/" room "/. */"
    print "#include \"" (header == "" ? "support.h" : header) "\""
    n = 0
}
/^void test_[a-z0-9_]+\(void \*\*state\)/ {
    name = $2
    sub(/\(.*/, "", name)
    print "void " name "(void **state);"
    names[n++] = name
}
END {
    print "const struct CMUnitTest support_tests[] = {"
    for (i = 0; i < n; i++)
        print "    cmocka_unit_test(" names[i] "),"
    print "};"
    print "const size_t support_test_count = " n ";"
    print "const char support_room[] = \"" room "\";"
}
