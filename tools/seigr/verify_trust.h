/* SPDX-License-Identifier: MIT */
/*
 * verify_trust.h - what verify says of trust: identity, revocation and grants
 * of a file's capsules, by the user's anchors.
 */
#ifndef SEIGR_VERIFY_TRUST_H
#define SEIGR_VERIFY_TRUST_H

#include "tool_trust.h" /* struct tool_trust */

#include <jansson.h> /* json_t */

/* What --roots, --as-of and --scope ask of every file. */
struct verify_policy {
    int is_asked;
    struct tool_roots roots;
    uint64_t as_of_ms;
    uint32_t scope;
};

/* Read the options. Returns an exit code; released with
 * verify_policy_fini(), after a failure too. */
int verify_policy_init(struct tool *tool, struct verify_policy *policy);

void verify_policy_fini(const struct tool *tool, struct verify_policy *policy);

/* Says why a file is refused. */
typedef void verify_trust_refuse(int code, const char *text, void *ctx);

/*
 * Decide about every capsule that was kept, print a line a property, and
 * refuse what may not.
 *
 *   json      receives one decision a capsule; NULL: none is wanted.
 *   evidence  receives what RESULT and DISPUTE capsules prove; may be NULL.
 *
 * Returns 1 where all may, else 0.
 */
int verify_trust_decide(struct tool *tool, const struct verify_policy *policy,
                        struct tool_trust *set, json_t *json, json_t *evidence,
                        verify_trust_refuse *refuse, void *ctx);

#endif
