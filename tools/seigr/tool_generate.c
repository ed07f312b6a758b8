/* SPDX-License-Identifier: MIT */
/*
 * tool_generate.c - the table as a manual page and as completions for bash,
 * zsh and fish: seigr --generate man|bash|zsh|fish. The build runs it.
 */
#include "tool_help.h" /* tool_help_generate */

#include "tool.h" /* TOOL_EXIT_*, seigr_version */

#include <assert.h> /* assert */
#include <string.h> /* strcmp */

/* --- man ---------------------------------------------------------------- */

/* Text for troff: hyphens are hyphens, nothing begins a request. */
static void man_text(const char *text)
{
    assert(text != NULL);
    for (const char *at = text; *at != '\0'; at++) {
        const int is_start = at == text || at[-1] == '\n';

        if (is_start && (*at == '.' || *at == '\''))
            (void)fputs("\\&", stdout);
        if (*at == '-')
            (void)fputs("\\-", stdout);
        else if (*at == '\\')
            (void)fputs("\\e", stdout);
        else if (*at == '\n' && at[1] == '\n')
            (void)fputs("\n.PP", stdout);
        else
            (void)putchar(*at);
    }
    (void)putchar('\n');
}

static void man_option(const struct tool_option *option)
{
    assert(option->name != NULL);
    (void)fputs(".TP\n", stdout);
    if (option->letter != 0)
        (void)printf("\\fB\\-%c\\fR, ", option->letter);
    (void)fputs("\\fB\\-\\-", stdout);
    for (const char *at = option->name; *at != '\0'; at++)
        (void)fputs(*at == '-' ? "\\-" : (char[]){*at, '\0'}, stdout);
    (void)fputs("\\fR", stdout);
    if (option->value != NULL)
        (void)printf(" \\fI%s\\fR", option->value);
    (void)putchar('\n');
    man_text(option->help);
}

static void man_examples(const char *examples)
{
    assert(examples != NULL);
    while (*examples != '\0') {
        const size_t command = strcspn(examples, "\t");
        const size_t what = strcspn(examples + command, "\n");
        char text[256];

        (void)fputs(".TP\n\\fB", stdout);
        (void)snprintf(text, sizeof(text), "%.*s", (int)command, examples);
        for (const char *at = text; *at != '\0'; at++)
            (void)fputs(*at == '-' ? "\\-" : (char[]){*at, '\0'}, stdout);
        (void)fputs("\\fR\n", stdout);
        (void)snprintf(text, sizeof(text), "%.*s", (int)what - 1,
                       examples + command + 1);
        man_text(text);
        examples += command + what + 1;
    }
}

static void man_command(const struct tool_command *command)
{
    assert(command->about != NULL);
    (void)printf(".SS \"seigr %s [OPTION]...%s%s\"\n", command->name,
                 command->operands[0] != '\0' ? " " : "", command->operands);
    man_text(command->about);
    for (size_t i = 0; i < TOOL_OPTION_COUNT; i++)
        if (tool_takes(command, i))
            man_option(&tool_options[i]);
    if (command->examples != NULL)
        man_examples(command->examples);
}

static void generate_man(void)
{
    (void)printf(".TH SEIGR 1 \"\" \"seigr %s\" \"User Commands\"\n"
                 ".SH NAME\nseigr \\- signed capsules of work\n"
                 ".SH SYNOPSIS\n\\fBseigr\\fR \\fICOMMAND\\fR [OPTION]... "
                 "[OPERAND]...\n"
                 ".SH DESCRIPTION\n",
                 seigr_version());
    man_text("Seals files and folders into capsules, signed and addressed by "
             "their content, and checks them. Answers go to standard output, "
             "errors to standard error.");
    (void)fputs(".SH COMMANDS\n", stdout);
    for (size_t i = 0; i < tool_command_count; i++)
        man_command(&tool_commands[i]);
    (void)fputs(".SH \"EXIT STATUS\"\n", stdout);
    for (size_t i = 0; i < tool_exit_count; i++)
        (void)printf(".TP\n%d\n%s\n", tool_exits[i].code,
                     tool_exits[i].meaning);
    (void)fputs(".PP\n", stdout);
    man_text("Of several the worst, in the order 41, 15, 11, 13, 12, 14, 24, "
             "23, 22, 20, 21, 10, 40, 42, then 1.");
    (void)fputs(".SH ENVIRONMENT\n.TP\nSEIGR_HOME\n", stdout);
    man_text("The folder of your key and the heads of your streams, instead "
             "of $XDG_DATA_HOME/seigr or ~/.local/share/seigr.");
    (void)fputs(".TP\nNO_COLOR\n", stdout);
    man_text("If set to anything, there is no colour unless --color asks.");
}

/* --- bash --------------------------------------------------------------- */

static void bash_command(const struct tool_command *command)
{
    assert(command->name != NULL);
    (void)printf("    '%s')\n        options='", command->name);
    for (size_t i = 0; i < TOOL_OPTION_COUNT; i++)
        if (tool_takes(command, i))
            (void)printf("--%s ", tool_options[i].name);
    (void)printf("'\n        operands=%s ;;\n",
                 command->word == TOOL_WORD_FILE ? "file" : "none");
}

static void bash_values(void)
{
    for (size_t i = 0; i < TOOL_OPTION_COUNT; i++) {
        const struct tool_option *option = &tool_options[i];

        if (option->value == NULL)
            continue;
        (void)printf("    --%s", option->name);
        if (option->letter != 0)
            (void)printf("|-%c", option->letter);
        if (option->word == TOOL_WORD_CHOICE)
            (void)printf(") COMPREPLY=($(compgen -W '%s' -- \"$word\")); "
                         "return ;;\n",
                         option->choices);
        else if (option->word == TOOL_WORD_FILE)
            (void)fputs(") COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n",
                        stdout);
        else
            (void)fputs(") return ;;\n", stdout);
    }
}

static void generate_bash(void)
{
    (void)fputs("# bash completion for seigr, made by seigr --generate bash\n"
                "_seigr() {\n"
                "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                "    local before=${COMP_WORDS[COMP_CWORD-1]}\n"
                "    local first=${COMP_WORDS[1]} second=${COMP_WORDS[2]}\n"
                "    local options= operands=none names=\n"
                "    COMPREPLY=()\n"
                "    local commands='",
                stdout);
    for (size_t i = 0; i < tool_command_count; i++)
        (void)printf("%s\n", tool_commands[i].name);
    (void)fputs("'\n"
                "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                "        names=$(printf '%s' \"$commands\" | "
                "sed 's/ .*//' | sort -u)\n"
                "        COMPREPLY=($(compgen -W \"$names\" -- \"$word\"))\n"
                "        return\n"
                "    fi\n"
                "    if [ \"$COMP_CWORD\" -eq 2 ]; then\n"
                "        names=$(printf '%s' \"$commands\" | "
                "sed -n \"s/^$first //p\")\n"
                "        if [ -n \"$names\" ]; then\n"
                "            COMPREPLY=($(compgen -W \"$names\" -- "
                "\"$word\"))\n"
                "            return\n"
                "        fi\n"
                "    fi\n"
                "    case $before in\n",
                stdout);
    bash_values();
    (void)fputs("    esac\n"
                "    case \"$first $second\" in\n",
                stdout);
    for (size_t i = 0; i < tool_command_count; i++)
        if (strchr(tool_commands[i].name, ' ') != NULL)
            bash_command(&tool_commands[i]);
    (void)fputs("    *) case $first in\n", stdout);
    for (size_t i = 0; i < tool_command_count; i++)
        if (strchr(tool_commands[i].name, ' ') == NULL)
            bash_command(&tool_commands[i]);
    (void)fputs("    esac ;;\n"
                "    esac\n"
                "    case $word in\n"
                "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) "
                ";;\n"
                "    *) [ $operands = none ] || "
                "COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
                "    esac\n"
                "}\n"
                "complete -o filenames -F _seigr seigr\n",
                stdout);
}

/* --- zsh ---------------------------------------------------------------- */

/* Text within single quotes and _arguments' brackets. */
static void zsh_text(const char *text)
{
    assert(text != NULL);
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            (void)fputs("'\\''", stdout);
        else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
            (void)printf("\\%c", *text);
        else
            (void)putchar(*text);
    }
}

static void zsh_option(const struct tool_option *option, int is_letter)
{
    assert(!is_letter || option->letter != 0);
    (void)printf(" \\\n            '%s", option->is_repeated ? "*" : "");
    if (is_letter)
        (void)printf("-%c", option->letter);
    else
        (void)printf("--%s%s", option->name, option->value != NULL ? "=" : "");
    (void)putchar('[');
    zsh_text(option->help);
    (void)putchar(']');
    if (option->value != NULL) {
        (void)printf(":%s:", option->value);
        if (option->word == TOOL_WORD_CHOICE)
            (void)printf("(%s)", option->choices);
        else if (option->word == TOOL_WORD_FILE)
            (void)fputs("_files", stdout);
    }
    (void)putchar('\'');
}

static void zsh_command(const struct tool_command *command)
{
    assert(command->name != NULL);
    (void)printf("    '%s')\n        _arguments -s", command->name);
    for (size_t i = 0; i < TOOL_OPTION_COUNT; i++) {
        if (!tool_takes(command, i))
            continue;
        zsh_option(&tool_options[i], 0);
        if (tool_options[i].letter != 0)
            zsh_option(&tool_options[i], 1);
    }
    if (command->word == TOOL_WORD_FILE)
        (void)fputs(" \\\n            '*:file:_files'", stdout);
    (void)fputs(" ;;\n", stdout);
}

/* Whether a command before it has the same first word. */
static int zsh_is_named(size_t index)
{
    const char *name = tool_commands[index].name;
    const size_t len = strcspn(name, " ");

    assert(index < tool_command_count);
    for (size_t i = 0; i < index; i++)
        if (strcspn(tool_commands[i].name, " ") == len &&
            strncmp(tool_commands[i].name, name, len) == 0)
            return 1;
    return 0;
}

/* An array of names with what they do: of the first words, or of the second
 * words of one group. */
static void zsh_names(const char *group)
{
    const size_t len = group == NULL ? 0 : strlen(group);

    (void)fputs("names=(\n", stdout);
    for (size_t i = 0; i < tool_command_count; i++) {
        const char *name = tool_commands[i].name;
        const char *second = strchr(name, ' ');

        if (group == NULL ? zsh_is_named(i)
                          : second == NULL || strncmp(name, group, len) != 0 ||
                                name[len] != ' ')
            continue;
        (void)fputs("    '", stdout);
        if (group != NULL) {
            zsh_text(second + 1);
        } else {
            (void)printf("%.*s", (int)strcspn(name, " "), name);
        }
        (void)putchar(':');
        if (group == NULL && second != NULL)
            (void)fputs("commands of their own", stdout);
        else
            zsh_text(tool_commands[i].summary);
        (void)fputs("'\n", stdout);
    }
    (void)fputs(")\n", stdout);
}

static void zsh_group(const char *name)
{
    char group[64];

    assert(name != NULL);
    (void)snprintf(group, sizeof(group), "%.*s", (int)strcspn(name, " "), name);
    (void)printf("if (( CURRENT == 3 )) && [[ $name == '%s' ]]; then\n", group);
    zsh_names(group);
    (void)printf("    _describe command names\n    return\nfi\n"
                 "[[ $name != '%s' ]] || name=\"$name $words[3]\"\n",
                 group);
}

static void generate_zsh(void)
{
    (void)fputs("#compdef seigr\n"
                "# zsh completion for seigr, made by seigr --generate zsh\n"
                "local -a names\n"
                "local name=$words[2]\n"
                "if (( CURRENT == 2 )); then\n",
                stdout);
    zsh_names(NULL);
    (void)fputs("    _describe command names\n    return\nfi\n", stdout);
    for (size_t i = 0; i < tool_command_count; i++)
        if (strchr(tool_commands[i].name, ' ') != NULL && !zsh_is_named(i))
            zsh_group(tool_commands[i].name);
    (void)fputs("if [[ $name == *' '* ]]; then\n"
                "    shift words\n"
                "    (( CURRENT-- ))\n"
                "fi\n"
                "shift words\n"
                "(( CURRENT-- ))\n"
                "case $name in\n",
                stdout);
    for (size_t i = 0; i < tool_command_count; i++)
        zsh_command(&tool_commands[i]);
    (void)fputs("esac\n", stdout);
}

/* --- fish --------------------------------------------------------------- */

static void fish_text(const char *text)
{
    assert(text != NULL);
    (void)putchar('\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            (void)putchar('\\');
        (void)putchar(*text);
    }
    (void)putchar('\'');
}

/* The condition under which a command's words are completed. */
static void fish_condition(const struct tool_command *command)
{
    const size_t first = strcspn(command->name, " ");

    assert(command->name != NULL);
    (void)printf("complete -c seigr -n '__fish_seen_subcommand_from %.*s",
                 (int)first, command->name);
    if (command->name[first] != '\0')
        (void)printf("; and __fish_seen_subcommand_from %s",
                     command->name + first + 1);
    (void)putchar('\'');
}

static void fish_command(const struct tool_command *command)
{
    const size_t first = strcspn(command->name, " ");

    assert(command->summary != NULL);
    if (command->name[first] == '\0')
        (void)printf("complete -c seigr -n __fish_use_subcommand -f -a %s -d ",
                     command->name);
    else
        (void)printf("complete -c seigr -n __fish_use_subcommand -f -a %.*s\n"
                     "complete -c seigr -n '__fish_seen_subcommand_from %.*s' "
                     "-f -a %s -d ",
                     (int)first, command->name, (int)first, command->name,
                     command->name + first + 1);
    fish_text(command->summary);
    (void)putchar('\n');
    if (command->word == TOOL_WORD_NONE) {
        fish_condition(command);
        (void)fputs(" -f\n", stdout);
    }
    for (size_t i = 0; i < TOOL_OPTION_COUNT; i++) {
        const struct tool_option *option = &tool_options[i];

        if (!tool_takes(command, i))
            continue;
        fish_condition(command);
        (void)printf(" -l %s", option->name);
        if (option->letter != 0)
            (void)printf(" -s %c", option->letter);
        if (option->word == TOOL_WORD_CHOICE)
            (void)printf(" -x -a '%s'", option->choices);
        else if (option->value != NULL)
            (void)fputs(option->word == TOOL_WORD_FILE ? " -r" : " -x", stdout);
        (void)fputs(" -d ", stdout);
        fish_text(option->help);
        (void)putchar('\n');
    }
}

static void generate_fish(void)
{
    (void)fputs("# fish completion for seigr, made by seigr --generate fish\n",
                stdout);
    for (size_t i = 0; i < tool_command_count; i++)
        fish_command(&tool_commands[i]);
}

int tool_help_generate(const char *what)
{
    assert(what != NULL);
    if (strcmp(what, "man") == 0)
        generate_man();
    else if (strcmp(what, "bash") == 0)
        generate_bash();
    else if (strcmp(what, "zsh") == 0)
        generate_zsh();
    else if (strcmp(what, "fish") == 0)
        generate_fish();
    else
        return TOOL_EXIT_USAGE;
    return fflush(stdout) == 0 ? TOOL_EXIT_FINE : TOOL_EXIT_FAILURE;
}
