/* SPDX-License-Identifier: MIT */
/*
 * cmd_senary.c - seigr senary encode, decode, check, cells, pack: base 6 of
 * files and standard input.
 *
 * Digits are read with their line ends left out; everything else that is no
 * digit is refused. Output to a file appears whole or not at all; output to
 * standard output goes as it comes.
 */
#define _POSIX_C_SOURCE 200809L

#include "tool.h"        /* struct tool */
#include "tool_json.h"   /* tool_json_new */
#include "tool_source.h" /* tool_source_name */

#include <assert.h> /* assert */
#include <errno.h>  /* errno */
#include <fcntl.h>  /* open */
#include <stdlib.h> /* malloc */
#include <string.h> /* strcmp */
#include <unistd.h> /* read */

/* Bytes a piece: whole blocks of every codec, 8 and 31 bytes. */
#define SENARY_PIECE_BYTES (248u * 1024u)
/* Digits a piece: whole blocks of 25, of 192 and of 3. */
#define SENARY_PIECE_DIGITS (4800u * 64u)
#define SENARY_ROOM_LEN (SENARY_PIECE_BYTES / 31u * 192u + 1024u)
#define SENARY_CHECK_MAX (1u << 20)

struct senary {
    struct tool *tool;
    const char *name; /* of the input */
    int fd;
    int is_text_in;
    int is_text_out;
    seigr_output *output; /* NULL: standard output */
    uint8_t *piece;
    uint8_t *room;
    uint64_t taken; /* bytes, or digits, of the pieces before */
    uint64_t given; /* bytes, or digits, written */
    uint64_t count; /* digits that there must be, of --count */
    int has_count;
};

/* --- In and out ---------------------------------------------------------- */

static int senary_fail(const struct senary *senary, int err,
                       const seigr_error *error)
{
    assert(err < 0);
    if (err == SEIGR_E_FORMAT && error->offset != SEIGR_NO_OFFSET)
        return tool_fail(senary->tool, TOOL_EXIT_MALFORMED,
                         "%s: %s (at %s %llu)", senary->name, error->text,
                         senary->is_text_in ? "digit" : "byte",
                         (unsigned long long)error->offset);
    return tool_fail(senary->tool, tool_exit_of(err), "%s: %s", senary->name,
                     error->text[0] != '\0' ? error->text
                                            : seigr_strerror(err));
}

static int senary_open(struct senary *senary)
{
    struct tool *tool = senary->tool;
    const char *path =
        tool->args.operand_count > 0 ? tool->args.operands[0] : "-";
    const char *to = tool_args_value(&tool->args, TOOL_OUTPUT);
    seigr_error error = SEIGR_ERROR_INIT;

    senary->name = tool_source_name(path);
    senary->fd = STDIN_FILENO;
    senary->piece = malloc(SENARY_PIECE_DIGITS);
    senary->room = malloc(SENARY_ROOM_LEN);
    if (senary->piece == NULL || senary->room == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    if (strcmp(path, "-") != 0)
        senary->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (senary->fd < 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "%s: %s", path,
                         errno == ENOENT ? "there is no such file"
                                         : "it cannot be read");
    if (to != NULL && strcmp(to, "-") != 0 &&
        seigr_output_open(&tool->context, to, 0, &senary->output, &error) != 0)
        return tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
    return TOOL_EXIT_FINE;
}

static int senary_put(struct senary *senary, const uint8_t *ptr, size_t len)
{
    seigr_error error = SEIGR_ERROR_INIT;

    senary->given += len;
    if (senary->output == NULL)
        return fwrite(ptr, 1, len, stdout) == len ? TOOL_EXIT_FINE
                                                  : TOOL_EXIT_FAILURE;
    if (seigr_output_write(senary->output, (seigr_span){ptr, len}, &error) == 0)
        return TOOL_EXIT_FINE;
    return tool_fail_error(senary->tool, TOOL_EXIT_FAILURE, NULL, &error);
}

/* Text ends with a line end, unless it is empty. */
static int senary_finish(struct senary *senary)
{
    seigr_error error = SEIGR_ERROR_INIT;
    int code = TOOL_EXIT_FINE;

    if (senary->has_count && senary->given != senary->count)
        return tool_fail(senary->tool, TOOL_EXIT_MALFORMED,
                         "%s: it holds %llu digits at most, not %llu",
                         senary->name, (unsigned long long)senary->given,
                         (unsigned long long)senary->count);
    if (senary->is_text_out && senary->given > 0)
        code = senary_put(senary, (const uint8_t *)"\n", 1);
    if (code == TOOL_EXIT_FINE && senary->output != NULL &&
        seigr_output_commit(senary->output, &error) != 0)
        code = tool_fail_error(senary->tool, TOOL_EXIT_FAILURE, NULL, &error);
    return code;
}

static void senary_close(struct senary *senary)
{
    seigr_output_close(senary->output);
    if (senary->fd >= 0 && senary->fd != STDIN_FILENO)
        (void)close(senary->fd);
    free(senary->piece);
    free(senary->room);
}

/* Take line ends out. Returns what is left. */
static size_t senary_squeeze(uint8_t *text, size_t len)
{
    size_t kept = 0;

    assert(text != NULL || len == 0);
    for (size_t i = 0; i < len; i++)
        if (text[i] != '\n' && text[i] != '\r')
            text[kept++] = text[i];
    return kept;
}

/* Fill the piece up to len, as far as the input goes. Returns an exit code. */
static int senary_fill(struct senary *senary, size_t len, seigr_span *out)
{
    size_t held = 0;

    assert(out != NULL);
    while (held < len) {
        ssize_t n = read(senary->fd, senary->piece + held, len - held);

        if (n < 0 || tool_is_stopped())
            return tool_fail(senary->tool, TOOL_EXIT_FAILURE, "%s: %s",
                             senary->name,
                             tool_is_stopped() ? "stopped"
                             : errno == EISDIR ? "it is a folder"
                                               : "it cannot be read");
        if (n == 0)
            break;
        held += senary->is_text_in
                    ? senary_squeeze(senary->piece + held, (size_t)n)
                    : (size_t)n;
    }
    *out = (seigr_span){senary->piece, held};
    return TOOL_EXIT_FINE;
}

/*
 * Convert a piece into room. Returns a status of the library; offsets count
 * from the start of the piece.
 */
typedef int (*senary_step)(struct senary *senary, seigr_span piece,
                           seigr_buf room, size_t *len, seigr_error *error);

/* Piece by piece; only the last is shorter than piece_len. */
static int senary_run(struct senary *senary, size_t piece_len, senary_step step)
{
    int code = senary_open(senary);

    assert(step != NULL && piece_len > 0);
    while (code == TOOL_EXIT_FINE) {
        seigr_error error = SEIGR_ERROR_INIT;
        seigr_span piece;
        size_t len = 0;
        int err;

        code = senary_fill(senary, piece_len, &piece);
        if (code != TOOL_EXIT_FINE || piece.len == 0)
            break;
        err = step(senary, piece, (seigr_buf){senary->room, SENARY_ROOM_LEN},
                   &len, &error);
        if (err < 0) {
            if (error.offset != SEIGR_NO_OFFSET)
                error.offset += senary->taken;
            code = senary_fail(senary, err, &error);
            break;
        }
        senary->taken += piece.len;
        code = senary_put(senary, senary->room, len);
    }
    if (code == TOOL_EXIT_FINE)
        code = senary_finish(senary);
    senary_close(senary);
    return code;
}

/* --- Text and cells ------------------------------------------------------- */

static int senary_encode_step(struct senary *senary, seigr_span piece,
                              seigr_buf room, size_t *len, seigr_error *error)
{
    (void)senary;
    (void)error;
    return seigr_senary_encode(piece, room, len);
}

static int senary_decode_step(struct senary *senary, seigr_span piece,
                              seigr_buf room, size_t *len, seigr_error *error)
{
    (void)senary;
    return seigr_senary_decode(piece, room, len, error);
}

static int senary_cells_step(struct senary *senary, seigr_span piece,
                             seigr_buf room, size_t *len, seigr_error *error)
{
    (void)error;
    return seigr_cells_encode(piece, senary->given / SEIGR_CELL_DIGITS, room,
                              len);
}

static int senary_uncells_step(struct senary *senary, seigr_span piece,
                               seigr_buf room, size_t *len, seigr_error *error)
{
    return seigr_cells_decode(piece, senary->taken / SEIGR_CELL_DIGITS, room,
                              len, error);
}

static int senary_to_text(struct tool *tool, senary_step step)
{
    struct senary senary = {.tool = tool, .is_text_out = 1};

    return senary_run(&senary, SENARY_PIECE_BYTES, step);
}

static int senary_to_bytes(struct tool *tool, senary_step step)
{
    struct senary senary = {.tool = tool, .is_text_in = 1};

    return senary_run(&senary, SENARY_PIECE_DIGITS, step);
}

int cmd_senary_encode(struct tool *tool)
{
    return senary_to_text(tool, senary_encode_step);
}

int cmd_senary_decode(struct tool *tool)
{
    return senary_to_bytes(tool, senary_decode_step);
}

int cmd_senary_cells(struct tool *tool)
{
    if (tool_args_count(&tool->args, TOOL_DECODE) > 0)
        return senary_to_bytes(tool, senary_uncells_step);
    return senary_to_text(tool, senary_cells_step);
}

/* --- Packed digits -------------------------------------------------------- */

static int senary_pack_step(struct senary *senary, seigr_span piece,
                            seigr_buf room, size_t *len, seigr_error *error)
{
    (void)senary;
    return seigr_packed_encode(piece, room, len, error);
}

/* Three digits to a byte, but to the last of all. */
static int senary_unpack_step(struct senary *senary, seigr_span piece,
                              seigr_buf room, size_t *len, seigr_error *error)
{
    uint64_t left = senary->count - senary->given;

    assert(senary->has_count && senary->given <= senary->count);
    if (left > (uint64_t)piece.len * 3)
        left = (uint64_t)piece.len * 3;
    return seigr_packed_decode(piece, (size_t)left, room, len, error);
}

static int senary_unpack(struct tool *tool)
{
    const char *text = tool_args_value(&tool->args, TOOL_COUNT);
    struct senary senary = {.tool = tool, .is_text_out = 1, .has_count = 1};

    if (text == NULL)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "packed digits do not tell their number: give --count "
                         "NUMBER");
    for (const char *at = text; *at != '\0' || at == text; at++) {
        if (*at < '0' || *at > '9' || at - text > 17)
            return tool_fail(tool, TOOL_EXIT_USAGE, "--count %s: give a number",
                             text);
        senary.count = senary.count * 10 + (uint64_t)(*at - '0');
    }
    return senary_run(&senary, SENARY_PIECE_BYTES / 4, senary_unpack_step);
}

int cmd_senary_pack(struct tool *tool)
{
    if (tool_args_count(&tool->args, TOOL_DECODE) > 0)
        return senary_unpack(tool);
    if (tool_args_value(&tool->args, TOOL_COUNT) != NULL)
        return tool_fail(tool, TOOL_EXIT_USAGE, "--count goes with --decode");
    return senary_to_bytes(tool, senary_pack_step);
}

/* --- Check digits ----------------------------------------------------------
 */

/* All of the digits, or an address. */
static int senary_check_read(struct tool *tool, const char **name,
                             seigr_buf *text)
{
    const char *path =
        tool->args.operand_count > 0 ? tool->args.operands[0] : "-";
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    assert(name != NULL);
    *name = tool_source_name(path);
    if (strcmp(path, "-") == 0)
        err = seigr_posix_read_fd(&tool->context, STDIN_FILENO, *name,
                                  SENARY_CHECK_MAX, text, &error);
    else
        err = seigr_posix_read_file(&tool->context, path, SENARY_CHECK_MAX,
                                    text, &error);
    if (err < 0)
        return tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
    return TOOL_EXIT_FINE;
}

static int senary_check(struct tool *tool, const char *name, seigr_span text)
{
    static const char scheme[] = "seigr:";
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_id id;
    int err;

    assert(name != NULL);
    if (text.len >= sizeof(scheme) - 1 &&
        memcmp(text.ptr, scheme, sizeof(scheme) - 1) == 0)
        err = seigr_address_decode_id(text, &id, &error);
    else
        err = seigr_senary_check_verify(text, &error);
    if (err < 0)
        return tool_fail(tool, TOOL_EXIT_MALFORMED,
                         "%s: %s (at character %llu)", name, error.text,
                         (unsigned long long)error.offset);
    tool_say(tool, "good");
    tool_line(tool);
    if (tool->is_json) {
        json_t *json = tool_json_new("senary-check");

        tool_json_set(json, "good", json_true());
        tool_json_print(json);
    }
    return TOOL_EXIT_FINE;
}

static int senary_make_check(struct tool *tool, const char *name,
                             seigr_span text)
{
    char check[SEIGR_SENARY_CHECK_DIGITS];
    seigr_error error = SEIGR_ERROR_INIT;

    assert(name != NULL);
    if (seigr_senary_check_encode(text, check, &error) != 0)
        return tool_fail(tool, TOOL_EXIT_MALFORMED,
                         "%s: %s (at character %llu)", name, error.text,
                         (unsigned long long)error.offset);
    (void)fwrite(text.ptr, 1, text.len, stdout);
    (void)fwrite(check, 1, sizeof(check), stdout);
    (void)putchar('\n');
    return TOOL_EXIT_FINE;
}

int cmd_senary_check(struct tool *tool)
{
    const char *name = NULL;
    seigr_buf text = {NULL, 0};
    seigr_span span;
    int code = senary_check_read(tool, &name, &text);

    if (code != TOOL_EXIT_FINE)
        return code;
    span = (seigr_span){text.ptr, senary_squeeze(text.ptr, text.len)};
    if (tool_args_count(&tool->args, TOOL_MAKE) > 0)
        code = senary_make_check(tool, name, span);
    else
        code = senary_check(tool, name, span);
    seigr_posix_release(&tool->context, &text);
    return code;
}
