/* SPDX-License-Identifier: MIT */
/*
 * tool_isolate_none.c - where there is no libseccomp, or a sanitizer.
 */
#include "tool_isolate.h" /* tool_isolate */

int tool_isolate(struct tool *tool)
{
    return tool_fail(tool, TOOL_EXIT_FAILURE,
                     "this build cannot isolate: it was made without "
                     "libseccomp, or with a sanitizer");
}
