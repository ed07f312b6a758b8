/* SPDX-License-Identifier: MIT */
/*
 * capsule_names.c - what kinds and roles are called, as in FORMATS 2.3.
 */
#include "seigr/capsule.h" /* SEIGR_KIND_*, SEIGR_ROLE_* */

#define NAME_COUNT(names) (sizeof(names) / sizeof((names)[0]))

const char *seigr_kind_name(uint32_t kind)
{
    static const char *const names[] = {
        NULL,          "DATA",       "PROGRAM",  "TASK",         "RESULT",
        "STATE",       "MESSAGE",    "IDENTITY", "GRANT",        "REVOCATION",
        "ATTESTATION", "CHECKPOINT", "BOOT",     "ANNOUNCEMENT", "DISPUTE",
    };

    return kind < NAME_COUNT(names) ? names[kind] : NULL;
}

const char *seigr_role_name(uint32_t role)
{
    static const char *const names[] = {
        NULL,       "PARENT", "INPUT",      "PROGRAM",   "TASK",   "STATE",
        "EVIDENCE", "GRANT",  "SUPERSEDES", "CONTINUES", "MEMBER",
    };

    return role < NAME_COUNT(names) ? names[role] : NULL;
}
