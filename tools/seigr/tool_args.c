/* SPDX-License-Identifier: MIT */
/*
 * tool_args.c - words into a command, its options and its operands.
 *
 *     seigr COMMAND [--long] [--long=VALUE] [--long VALUE] [-s] [-sVALUE]
 *           [-s VALUE] [OPERAND]... [--] [OPERAND]...
 *
 * Options and operands mix. "-" alone is an operand. Nothing is abbreviated:
 * a script written today reads the same when options are added.
 */
#define _POSIX_C_SOURCE 200809L

#include "tool_args.h" /* struct tool_args */

#include <assert.h> /* assert */
#include <stdarg.h> /* va_list */
#include <stdio.h>  /* vsnprintf */
#include <stdlib.h> /* calloc */
#include <string.h> /* strcmp */

#define ARGS_NAME_MAX 32u /* of a command or option, for likeness */

struct args_reader {
    struct tool_args *out;
    char **words;
    size_t count;
    size_t at;
    char *text;
};

__attribute__((format(printf, 2, 3))) static int
args_refuse(const struct args_reader *r, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    (void)vsnprintf(r->text, TOOL_ARGS_TEXT_LEN, format, list);
    va_end(list);
    return -1;
}

/* --- What was probably meant ------------------------------------------ */

/* How many letters part two words (Levenshtein). */
static size_t args_distance(const char *a, const char *b)
{
    const size_t b_len = strlen(b);
    size_t row[ARGS_NAME_MAX + 1];

    if (b_len > ARGS_NAME_MAX || strlen(a) > ARGS_NAME_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            const size_t above = row[j];
            size_t best = diagonal + (a[i - 1] != b[j - 1]);

            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[b_len];
}

/* The name that is most like word, NULL if none is. */
static const char *args_closer(const char *word, const char *name,
                               const char *best)
{
    const size_t distance = args_distance(word, name);

    assert(word != NULL && name != NULL);
    if (distance > 2 || distance >= strlen(name))
        return best;
    return best == NULL || distance < args_distance(word, best) ? name : best;
}

static const char *args_like_command(const char *word)
{
    const char *best = NULL;

    assert(word != NULL);
    for (size_t i = 0; i < tool_command_count; i++)
        best = args_closer(word, tool_commands[i].name, best);
    return best;
}

static const char *args_like_option(const struct tool_command *command,
                                    const char *word)
{
    const char *best = NULL;

    assert(command != NULL);
    for (size_t i = 0; i < TOOL_OPTION_COUNT; i++)
        if (tool_takes(command, i))
            best = args_closer(word, tool_options[i].name, best);
    return best;
}

/* --- Options ----------------------------------------------------------- */

static int args_is_choice(const char *choices, const char *value)
{
    const size_t len = strlen(value);

    assert(choices != NULL);
    while (*choices != '\0') {
        const size_t n = strcspn(choices, " ");

        if (n == len && strncmp(choices, value, n) == 0)
            return 1;
        choices += n;
        choices += strspn(choices, " ");
    }
    return 0;
}

/* Whether an option's value, as its help names it, is a path. */
static int args_is_path(const char *value)
{
    return value != NULL && args_is_choice("FILE PATH FOLDER BUNDLE", value);
}

/* An option is given; value as written with it, or NULL. */
static int args_give(struct args_reader *r, size_t id, const char *value)
{
    const struct tool_option *option = &tool_options[id];
    struct tool_given *given = &r->out->given[r->out->given_count];

    assert(id < TOOL_OPTION_COUNT);
    if (option->value == NULL && value != NULL)
        return args_refuse(r, "--%s takes no value", option->name);
    if (option->value != NULL && value == NULL) {
        if (r->at == r->count)
            return args_refuse(r, "--%s needs a value: --%s %s", option->name,
                               option->name, option->value);
        value = r->words[r->at++];
    }
    if (args_is_path(option->value) && value[0] == '\0')
        return args_refuse(r, "--%s needs a name, and the one given is empty",
                           option->name);
    if (option->choices != NULL && !args_is_choice(option->choices, value))
        return args_refuse(r, "--%s is one of: %s", option->name,
                           option->choices);
    given->option = (enum tool_option_id)id;
    given->value = value;
    r->out->given_count++;
    return 0;
}

static int args_long(struct args_reader *r, const char *word)
{
    const struct tool_command *command = r->out->command;
    const char *equals = strchr(word, '=');
    const size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
    const char *like;
    char name[ARGS_NAME_MAX + 1];

    assert(command != NULL);
    for (size_t i = 0; i < TOOL_OPTION_COUNT; i++) {
        if (tool_takes(command, i) && strlen(tool_options[i].name) == len &&
            strncmp(tool_options[i].name, word, len) == 0)
            return args_give(r, i, equals != NULL ? equals + 1 : NULL);
    }
    (void)snprintf(name, sizeof(name), "%.*s", (int)len, word);
    like = args_like_option(command, name);
    if (like != NULL)
        return args_refuse(r, "%s takes no --%.*s; is --%s meant?",
                           command->name, (int)len, word, like);
    return args_refuse(r, "%s takes no --%.*s", command->name, (int)len, word);
}

/* Letters behind one hyphen: flags, and a last one that may take a value. */
static int args_short(struct args_reader *r, const char *word)
{
    const struct tool_command *command = r->out->command;

    assert(command != NULL);
    for (; *word != '\0'; word++) {
        size_t i = 0;

        while (i < TOOL_OPTION_COUNT &&
               (!tool_takes(command, i) || tool_options[i].letter != *word))
            i++;
        if (i == TOOL_OPTION_COUNT)
            return args_refuse(r, "%s takes no -%c", command->name, *word);
        if (tool_options[i].value != NULL)
            return args_give(r, i, word[1] != '\0' ? word + 1 : NULL);
        if (args_give(r, i, NULL) != 0)
            return -1;
    }
    return 0;
}

/* --- Words -------------------------------------------------------------- */

/* How many of words are the parts of a command's name, 0 if they are not. */
static size_t args_match(const char *name, const char *const *words,
                         size_t count)
{
    size_t used = 0;

    assert(name != NULL);
    while (*name != '\0') {
        const size_t n = strcspn(name, " ");

        if (used == count || strlen(words[used]) != n ||
            strncmp(words[used], name, n) != 0)
            return 0;
        used++;
        name += n;
        name += strspn(name, " ");
    }
    return used;
}

const struct tool_command *tool_args_find(const char *const *words,
                                          size_t count, size_t *used)
{
    assert(used != NULL);
    for (size_t i = 0; i < tool_command_count; i++) {
        *used = args_match(tool_commands[i].name, words, count);
        if (*used > 0)
            return &tool_commands[i];
    }
    return NULL;
}

int tool_args_is_group(const char *word)
{
    const size_t len = strlen(word);

    for (size_t i = 0; i < tool_command_count; i++)
        if (strncmp(tool_commands[i].name, word, len) == 0 &&
            tool_commands[i].name[len] == ' ')
            return 1;
    return 0;
}

static int args_is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* "senary --help" is "help senary". Returns 1 where it is that. */
static int args_group_help(struct args_reader *r)
{
    static const char *const help = "help";
    size_t used = 0;

    if (r->count < 2 || !args_is_help(r->words[1]) ||
        !tool_args_is_group(r->words[0]))
        return 0;
    r->out->command = tool_args_find(&help, 1, &used);
    assert(r->out->command != NULL);
    r->out->operands[r->out->operand_count++] = r->words[0];
    r->at = r->count; /* nothing behind it counts */
    return 1;
}

static int args_command(struct args_reader *r)
{
    const char *const *words = (const char *const *)r->words;
    const char *word = r->words[0];
    const char *like;
    size_t used = 0;

    /* What people type before they know the commands. */
    if (args_group_help(r))
        return 0;
    if (args_is_help(word))
        word = "help";
    else if (strcmp(word, "--version") == 0)
        word = "version";
    if (word != r->words[0]) {
        r->out->command = tool_args_find(&word, 1, &used);
        assert(r->out->command != NULL);
        r->at = r->count; /* nothing behind it counts */
        return 0;
    }
    r->out->command = tool_args_find(words, r->count, &used);
    r->at = used;
    if (r->out->command != NULL)
        return 0;
    if (word[0] == '-')
        return args_refuse(r, "the command comes first, %s after it", word);
    if (tool_args_is_group(word))
        return args_refuse(r, "%s needs a second word", word);
    like = args_like_command(word);
    if (like != NULL)
        return args_refuse(r, "there is no command %s; is %s meant?", word,
                           like);
    return args_refuse(r, "there is no command %s", word);
}

static int args_words(struct args_reader *r)
{
    struct tool_args *out = r->out;
    int only_operands = 0;

    assert(r->at <= r->count);
    while (r->at < r->count) {
        const char *word = r->words[r->at++];
        int err = 0;

        if (only_operands || word[0] != '-' || word[1] == '\0')
            out->operands[out->operand_count++] = word;
        else if (strcmp(word, "--") == 0)
            only_operands = 1;
        else if (word[1] == '-')
            err = args_long(r, word + 2);
        else
            err = args_short(r, word + 1);
        if (err != 0)
            return err;
    }
    return 0;
}

static int args_check(const struct args_reader *r)
{
    const struct tool_args *out = r->out;
    const struct tool_command *command = out->command;

    assert(command != NULL);
    if (tool_args_count(out, TOOL_HELP) > 0)
        return 0;
    if (out->operand_count < command->operand_min)
        return args_refuse(r, "it needs more: seigr %s %s", command->name,
                           command->operands);
    if (out->operand_count > command->operand_max)
        return args_refuse(r, "%s is too much; it is: seigr %s%s%s",
                           out->operands[command->operand_max], command->name,
                           command->operands[0] != '\0' ? " " : "",
                           command->operands);
    for (size_t i = 0; i < TOOL_OPTION_COUNT; i++)
        if (!tool_options[i].is_repeated && tool_options[i].value != NULL &&
            tool_args_count(out, (enum tool_option_id)i) > 1)
            return args_refuse(r, "--%s is given more than once",
                               tool_options[i].name);
    return 0;
}

int tool_args_init(struct tool_args *out, int argc, char **argv,
                   char text[TOOL_ARGS_TEXT_LEN])
{
    struct args_reader r = {out, argv + 1, argc > 0 ? (size_t)argc - 1 : 0, 0,
                            text};

    assert(out != NULL);
    memset(out, 0, sizeof(*out));
    if (r.count == 0)
        return args_refuse(&r, "say what to do");
    out->operands = calloc(r.count, sizeof(*out->operands));
    /* A word of letters gives several options. */
    size_t given_max = 0;
    for (size_t i = 0; i < r.count; i++)
        given_max += strlen(r.words[i]) + 1;
    out->given = calloc(given_max, sizeof(*out->given));
    if (out->operands == NULL || out->given == NULL)
        return args_refuse(&r, "memory could not be had");
    if (args_command(&r) != 0 || args_words(&r) != 0)
        return -1;
    return args_check(&r);
}

void tool_args_fini(struct tool_args *args)
{
    assert(args != NULL);
    free(args->operands);
    free(args->given);
    args->operands = NULL;
    args->given = NULL;
}

size_t tool_args_count(const struct tool_args *args, enum tool_option_id option)
{
    size_t count = 0;

    assert(args != NULL);
    for (size_t i = 0; i < args->given_count; i++)
        count += args->given[i].option == option;
    return count;
}

const char *tool_args_value(const struct tool_args *args,
                            enum tool_option_id option)
{
    const char *value = NULL;
    const char *next;
    size_t at = 0;

    while ((next = tool_args_next(args, option, &at)) != NULL)
        value = next;
    return value;
}

const char *tool_args_next(const struct tool_args *args,
                           enum tool_option_id option, size_t *at)
{
    assert(at != NULL);
    while (*at < args->given_count) {
        const struct tool_given *given = &args->given[(*at)++];

        if (given->option == option)
            return given->value;
    }
    return NULL;
}
