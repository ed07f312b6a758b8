/* SPDX-License-Identifier: MIT */
/*
 * run_seal.c - a run's capsules, in the order in which they link.
 */
#define _POSIX_C_SOURCE 200809L

#include "run_seal.h" /* struct run_seal */

#include "tool_key.h"  /* tool_key_home */
#include "tool_time.h" /* tool_time_parse */

#include <fcntl.h>  /* F_DUPFD_CLOEXEC */
#include <stdlib.h> /* calloc */
#include <string.h> /* memcpy */
#include <unistd.h> /* lseek */

#define SEAL_ROOM_LEN (SEIGR_CAPSULE_PAYLOAD_MAX + SEIGR_CAPSULE_OVERHEAD_MAX)

static int seal_no_memory(const struct run_seal *seal)
{
    return tool_fail(seal->tool, TOOL_EXIT_FAILURE, "memory could not be had");
}

/* --- Opening ------------------------------------------------------------- */

static int seal_created_ms(struct run_seal *seal)
{
    const seigr_clock *clock = seal->tool->context.clock;
    const char *text = tool_args_value(&seal->tool->args, TOOL_CREATED);

    seal->created_ms = clock->unix_ms(clock->ctx);
    if (text == NULL || tool_time_parse(text, &seal->created_ms) == 0)
        return TOOL_EXIT_FINE;
    return tool_fail(seal->tool, TOOL_EXIT_USAGE,
                     "--created %s: write it as 2026-01-31T12:00:00Z or "
                     "@SECONDS",
                     text);
}

int run_seal_open(struct run_seal *seal, struct tool *tool, const char *name,
                  struct tool_progress *progress)
{
    int code;

    *seal = (struct run_seal){.tool = tool, .name = name, .progress = progress};
    seal->sealer.tool = tool;
    seal->path = tool_args_value(&tool->args, TOOL_OUTPUT);
    code = seal_created_ms(seal);
    if (code != TOOL_EXIT_FINE)
        return code;
    if (seal->path == NULL) {
        seal->room = malloc(SEAL_ROOM_LEN);
        if (seal->room == NULL)
            return seal_no_memory(seal);
        if (seigr_keypair_init(&tool->context, &seal->keypair) == 0)
            return TOOL_EXIT_FINE;
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "the system gives no randomness");
    }
    code = tool_output_check(tool, seal->path);
    if (code != TOOL_EXIT_FINE)
        return code;
    seal->home = tool_key_home(tool);
    if (seal->home == NULL)
        return TOOL_EXIT_FAILURE;
    return sealer_open(&seal->sealer, tool, seal->home, seal->path);
}

/* --- One capsule --------------------------------------------------------- */

/* Sign with the key that is thrown away, as the only capsule of its stream. */
static int seal_alone(struct run_seal *seal, seigr_draft *draft,
                      seigr_link *links, seigr_id *id_out)
{
    const seigr_signer signer = seigr_keypair_signer(
        &seal->tool->context, &seal->keypair, &seal->signer_state);
    seigr_error error = SEIGR_ERROR_INIT;

    draft->sequence = 1;
    draft->links = links;
    if (seigr_capsule_seal(&seal->tool->context, draft, &signer,
                           (seigr_buf){seal->room, SEAL_ROOM_LEN},
                           &seal->sealer.len, id_out, &error) == 0)
        return TOOL_EXIT_FINE;
    return tool_fail_error(seal->tool, TOOL_EXIT_FAILURE, seal->name, &error);
}

/* A capsule; links have room for one more. content may be NULL. */
static int seal_put(struct run_seal *seal, seigr_draft *draft,
                    seigr_link *links, const struct tool_content *content,
                    seigr_id *id_out)
{
    int code;

    draft->created_ms = seal->created_ms;
    if (content != NULL) {
        const seigr_span media_type = draft->body.media_type;

        draft->body = content->body;
        draft->body.media_type = media_type;
        if (draft->body.size == 0)
            draft->body.form = draft->kind == SEIGR_KIND_RESULT
                                   ? SEIGR_BODY_NONE
                                   : SEIGR_BODY_INLINE;
    }
    if (seal->path == NULL)
        return seal_alone(seal, draft, links, id_out);
    code = sealer_add(&seal->sealer, draft, links, seal->name, id_out);
    if (code == TOOL_EXIT_FINE && content != NULL &&
        content->body.form == SEIGR_BODY_ROOT)
        code = sealer_embed(&seal->sealer, content, seal->progress);
    return code;
}

/* --- The task ------------------------------------------------------------ */

static int seal_program(struct run_seal *seal,
                        const struct tool_content *program, seigr_link *link)
{
    static const char type[] = "application/wasm";
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_link links[1];

    draft.kind = SEIGR_KIND_PROGRAM;
    draft.name = (seigr_span){(const uint8_t *)seal->name, strlen(seal->name)};
    draft.body.media_type =
        (seigr_span){(const uint8_t *)type, sizeof(type) - 1};
    link->role = SEIGR_ROLE_PROGRAM;
    return seal_put(seal, &draft, links, program, &link->id);
}

static int seal_input(struct run_seal *seal, const struct run_file *file,
                      struct run_content *out, seigr_link *link)
{
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_link links[1];

    draft.kind = SEIGR_KIND_DATA;
    if (file->path.len <= SEIGR_CAPSULE_NAME_MAX)
        draft.name = file->path;
    link->role = SEIGR_ROLE_INPUT;
    out->size = file->content.body.size;
    out->fd = file->content.fd;
    out->start = file->content.start;
    out->bytes = file->content.body.content;
    if (seal_put(seal, &draft, links, &file->content, &out->id) !=
        TOOL_EXIT_FINE)
        return TOOL_EXIT_FAILURE;
    link->id = out->id;
    return TOOL_EXIT_FINE;
}

/* The capsule that was sealed last, as a run wants it. */
static int seal_keep_task(struct run_seal *seal)
{
    const uint8_t *room = seal->path == NULL ? seal->room : seal->sealer.room;
    const size_t len = seal->sealer.len;
    seigr_error error = SEIGR_ERROR_INIT;

    seal->task_bytes = malloc(len);
    if (seal->task_bytes == NULL)
        return seal_no_memory(seal);
    memcpy(seal->task_bytes, room, len);
    if (seigr_capsule_open(&seal->tool->context,
                           (seigr_span){seal->task_bytes, len},
                           (seigr_buf){NULL, 0}, &seal->task, &error) == 0)
        return TOOL_EXIT_FINE;
    return tool_fail_error(seal->tool, TOOL_EXIT_FAILURE, seal->name, &error);
}

static int seal_task_capsule(struct run_seal *seal,
                             const seigr_task_draft *task, seigr_link *links,
                             size_t link_count)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_id id;
    uint8_t *detail = malloc(SEIGR_CAPSULE_PAYLOAD_MAX);
    size_t len;
    int code;

    if (detail == NULL)
        return seal_no_memory(seal);
    if (seigr_task_encode(task, (seigr_buf){detail, SEIGR_CAPSULE_PAYLOAD_MAX},
                          &len, &error) != 0) {
        code = tool_fail_error(seal->tool, TOOL_EXIT_USAGE, "the task", &error);
    } else {
        draft.kind = SEIGR_KIND_TASK;
        draft.name =
            (seigr_span){(const uint8_t *)seal->name, strlen(seal->name)};
        draft.link_count = link_count;
        draft.detail = (seigr_span){detail, len};
        code = seal_put(seal, &draft, links, NULL, &id);
    }
    free(detail);
    return code == TOOL_EXIT_FINE ? seal_keep_task(seal) : code;
}

int run_seal_task(struct run_seal *seal, const seigr_task_draft *draft,
                  const struct tool_content *program,
                  const struct run_file *files, size_t file_count)
{
    seigr_link *links = calloc(file_count + 2, sizeof(*links));
    int code = TOOL_EXIT_FINE;

    seal->contents = calloc(file_count + 1, sizeof(*seal->contents));
    if (links == NULL || seal->contents == NULL)
        code = seal_no_memory(seal);
    if (code == TOOL_EXIT_FINE)
        code = seal_program(seal, program, &links[0]);
    for (size_t i = 0; code == TOOL_EXIT_FINE && i < file_count; i++)
        code = seal_input(seal, &files[i], &seal->contents[i], &links[i + 1]);
    if (code == TOOL_EXIT_FINE)
        code = seal_task_capsule(seal, draft, links, file_count + 1);
    free(links);
    return code;
}

/* --- The result ---------------------------------------------------------- */

/* What a program wrote, read back as content to be sealed. */
static int seal_read_back(struct run_seal *seal, const struct run_ended *ended,
                          uint32_t index, struct tool_content *out)
{
    FILE *file = tmpfile();
    int fd = -1;

    if (file != NULL && run_ended_copy(ended, index, file) == 0 &&
        fflush(file) == 0)
        fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
    if (fd >= 0)
        (void)lseek(fd, 0, SEEK_SET);
    if (file != NULL)
        (void)fclose(file);
    if (fd < 0)
        return tool_fail(seal->tool, TOOL_EXIT_FAILURE,
                         "there is no room for what the program wrote; make "
                         "room where TMPDIR is");
    return tool_content_init(out, seal->tool, fd, "what the program wrote",
                             seal->progress);
}

/* A name that no other capsule of the bundle has; none where it is too long. */
static seigr_span seal_name(char room[SEIGR_CAPSULE_NAME_MAX + 1],
                            const char *before, seigr_span name,
                            const char *behind)
{
    const int len =
        snprintf(room, SEIGR_CAPSULE_NAME_MAX + 1, "%s%.*s%s", before,
                 (int)name.len, (const char *)name.ptr, behind);

    if (len < 0 || (unsigned)len > SEIGR_CAPSULE_NAME_MAX)
        return (seigr_span){NULL, 0};
    return (seigr_span){(const uint8_t *)room, (size_t)len};
}

static int seal_member(struct run_seal *seal, const struct run_ended *ended,
                       uint32_t index, seigr_link *link)
{
    struct tool_content content = {.fd = -1};
    seigr_draft draft = SEIGR_DRAFT_INIT;
    char name[SEIGR_CAPSULE_NAME_MAX + 1];
    seigr_link links[1];
    int code = seal_read_back(seal, ended, index, &content);

    draft.kind = SEIGR_KIND_DATA;
    draft.name = seal_name(name, "output/", ended->files[index - 1].path, "");
    link->role = SEIGR_ROLE_MEMBER;
    if (code == TOOL_EXIT_FINE)
        code = seal_put(seal, &draft, links, &content, &link->id);
    tool_content_fini(&content);
    return code;
}

static int seal_result_capsule(struct run_seal *seal,
                               const struct run_ended *ended, seigr_link *links)
{
    const seigr_result *result = &ended->result;
    struct tool_content content = {.fd = -1};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    char name[SEIGR_CAPSULE_NAME_MAX + 1];
    uint8_t *detail = malloc(SEIGR_CAPSULE_PAYLOAD_MAX);
    size_t len;
    int code;

    if (detail == NULL)
        return seal_no_memory(seal);
    code = seal_read_back(seal, ended, 0, &content);
    if (code == TOOL_EXIT_FINE &&
        seigr_result_encode(&seal->tool->context, result,
                            (seigr_buf){detail, SEIGR_CAPSULE_PAYLOAD_MAX},
                            &len, &error) != 0)
        code = tool_fail_error(seal->tool, TOOL_EXIT_FAILURE, "the result",
                               &error);
    if (code == TOOL_EXIT_FINE) {
        draft.kind = SEIGR_KIND_RESULT;
        draft.name = seal_name(
            name, "",
            (seigr_span){(const uint8_t *)seal->name, strlen(seal->name)},
            ".output");
        draft.link_count = result->outcome.file_count + 1u;
        draft.detail = (seigr_span){detail, len};
        code = seal_put(seal, &draft, links, &content, &seal->result);
    }
    free(detail);
    tool_content_fini(&content);
    return code;
}

int run_seal_result(struct run_seal *seal, const struct run_ended *ended)
{
    const uint32_t count = ended->result.outcome.file_count;
    seigr_link *links;
    int code = TOOL_EXIT_FINE;

    if (seal->path == NULL)
        return TOOL_EXIT_FINE;
    links = calloc(count + 2u, sizeof(*links));
    if (links == NULL)
        return seal_no_memory(seal);
    links[0].role = SEIGR_ROLE_TASK;
    links[0].id = *seigr_verified_id(&seal->task);
    for (uint32_t i = 0; code == TOOL_EXIT_FINE && i < count; i++)
        code = seal_member(seal, ended, i + 1, &links[i + 1]);
    if (code == TOOL_EXIT_FINE)
        code = seal_result_capsule(seal, ended, links);
    if (code == TOOL_EXIT_FINE)
        code = sealer_finish(&seal->sealer, &seal->result);
    free(links);
    return code;
}

void run_seal_forget(struct run_seal *seal)
{
    seigr_keypair_fini(&seal->tool->context, &seal->sealer.keypair);
    seigr_keypair_fini(&seal->tool->context, &seal->keypair);
}

void run_seal_close(struct run_seal *seal)
{
    if (seal->path != NULL)
        sealer_close(&seal->sealer);
    seigr_home_close(seal->home);
    seigr_keypair_fini(&seal->tool->context, &seal->keypair);
    free(seal->room);
    free(seal->task_bytes);
    free(seal->contents);
}
