/* SPDX-License-Identifier: MIT */
/*
 * tool_table.h - the one table of commands and options. The command line is
 * read by it; --help, manual pages and completions are made of it.
 */
#ifndef SEIGR_TOOL_TABLE_H
#define SEIGR_TOOL_TABLE_H

#include <stddef.h> /* size_t */
#include <stdint.h> /* uint64_t */

struct tool;

/* An option means the same in every command that takes it. */
enum tool_option_id {
    TOOL_ARG,
    TOOL_AS_OF,
    TOOL_BODY,
    TOOL_BY,
    TOOL_CHECKPOINT_EVERY,
    TOOL_CLASS,
    TOOL_COLOR,
    TOOL_CONTENT,
    TOOL_COUNT,
    TOOL_CREATED,
    TOOL_DECODE,
    TOOL_DOT,
    TOOL_EMBED,
    TOOL_ENTRY,
    TOOL_ENV,
    TOOL_EXCLUDE,
    TOOL_EXPIRES,
    TOOL_FORCE,
    TOOL_FROM,
    TOOL_FUEL,
    TOOL_HELP,
    TOOL_INPUT,
    TOOL_ISOLATE,
    TOOL_JSON,
    TOOL_KIND,
    TOOL_LABEL,
    TOOL_LAST,
    TOOL_LINK,
    TOOL_MAKE,
    TOOL_MEDIA_TYPE,
    TOOL_MEM,
    TOOL_MEMORY,
    TOOL_NAME,
    TOOL_NEW_STREAM,
    TOOL_NEXT,
    TOOL_NO_CONTENT,
    TOOL_NO_PASSPHRASE,
    TOOL_ONLY,
    TOOL_OUTPUT,
    TOOL_PARTIAL,
    TOOL_PASSPHRASE_FILE,
    TOOL_PLOT,
    TOOL_PROGRESS,
    TOOL_PROOF,
    TOOL_QUIET,
    TOOL_REASON,
    TOOL_RECOVERY,
    TOOL_REPLAY,
    TOOL_RESOURCE,
    TOOL_ROOTS,
    TOOL_RUNS,
    TOOL_SCOPE,
    TOOL_SECONDS,
    TOOL_SEED,
    TOOL_THRESHOLD,
    TOOL_TRACE,
    TOOL_USES,
    TOOL_VERSION,
    TOOL_WEIGHT,
    /* Options of one command or group alone (tool_table.c), which have no
     * bit. */
    TOOL_OWN,
    TOOL_ANCESTORS = TOOL_OWN,
    TOOL_APPROVAL,
    TOOL_CAPSULE,
    TOOL_CLOSURE,
    TOOL_DELEGATIONS,
    TOOL_DESCENDANTS,
    TOOL_KEY,
    TOOL_LIMIT,
    TOOL_PARENT,
    TOOL_PATH,
    TOOL_REMOVE,
    TOOL_REPAIR,
    TOOL_RETIRE,
    TOOL_STORE,
    TOOL_SVG,
    TOOL_OPTION_COUNT
};

/* What completes a word. */
#define TOOL_WORD_NONE 0u
#define TOOL_WORD_FILE 1u
#define TOOL_WORD_CHOICE 2u

struct tool_option {
    const char *name;    /* without the two hyphens */
    const char *value;   /* "FILE"; NULL: it takes none */
    const char *choices; /* of a value, separated by spaces; NULL: any */
    const char *help;
    char letter;         /* 0: none */
    uint8_t word;        /* TOOL_WORD_*: what completes its value */
    uint8_t is_repeated; /* given several times, each counts */
};

struct tool_command {
    const char *name;     /* "seal"; a group's member "senary encode" */
    const char *operands; /* "[FILE]..." */
    const char *summary;  /* no capital, no full stop */
    const char *about;    /* paragraphs, parted by an empty line */
    const char *examples; /* lines "COMMAND<tab>WHAT IT DOES" */
    uint64_t options;     /* bit 1 << TOOL_*, of those below TOOL_OWN */
    size_t operand_min;
    size_t operand_max;
    uint8_t word; /* TOOL_WORD_*: what completes an operand */
    int (*run)(struct tool *tool);
};

/* Whether a command takes an option. */
int tool_takes(const struct tool_command *command, size_t option);

extern const struct tool_option tool_options[TOOL_OPTION_COUNT];
extern const struct tool_command tool_commands[];
extern const size_t tool_command_count;

/* What --help, the manual and the documentation say of exit codes. */
struct tool_exit {
    int code;
    const char *meaning;
};
extern const struct tool_exit tool_exits[];
extern const size_t tool_exit_count;

/* The commands, one file each. */
int cmd_bench(struct tool *tool);
int cmd_bundle_export(struct tool *tool);
int cmd_bundle_import(struct tool *tool);
int cmd_doctor(struct tool *tool);
int cmd_help(struct tool *tool);
int cmd_id(struct tool *tool);
int cmd_init(struct tool *tool);
int cmd_inspect(struct tool *tool);
int cmd_lineage(struct tool *tool);
int cmd_replay(struct tool *tool);
int cmd_run(struct tool *tool);
int cmd_seal(struct tool *tool);
int cmd_senary_cells(struct tool *tool);
int cmd_senary_check(struct tool *tool);
int cmd_senary_decode(struct tool *tool);
int cmd_senary_encode(struct tool *tool);
int cmd_senary_pack(struct tool *tool);
int cmd_show(struct tool *tool);
int cmd_store_fsck(struct tool *tool);
int cmd_store_gc(struct tool *tool);
int cmd_store_get(struct tool *tool);
int cmd_store_init(struct tool *tool);
int cmd_store_list(struct tool *tool);
int cmd_store_pin(struct tool *tool);
int cmd_store_put(struct tool *tool);
int cmd_store_stat(struct tool *tool);
int cmd_trust_add(struct tool *tool);
int cmd_trust_approve(struct tool *tool);
int cmd_trust_attest(struct tool *tool);
int cmd_trust_explain(struct tool *tool);
int cmd_trust_grant(struct tool *tool);
int cmd_trust_identity(struct tool *tool);
int cmd_trust_list(struct tool *tool);
int cmd_trust_remove(struct tool *tool);
int cmd_trust_revoke(struct tool *tool);
int cmd_trust_rotate(struct tool *tool);
int cmd_verify(struct tool *tool);
int cmd_version(struct tool *tool);

#endif
