/* SPDX-License-Identifier: MIT */
/*
 * seal_plan.c - walking a folder before it is sealed.
 *
 * Invariants:
 *   (1) no symbolic link is followed, so nothing outside the folder is read.
 *   (2) the order of paths depends on the names alone, not on the disk.
 *   (3) everything that cannot be sealed is named, up to a number, and with
 *       one such thing nothing is sealed.
 */
#define _DEFAULT_SOURCE
#define _POSIX_C_SOURCE 200809L

#include "seal_plan.h" /* struct seal_plan */

#include <assert.h>   /* assert */
#include <dirent.h>   /* fdopendir */
#include <errno.h>    /* errno */
#include <fcntl.h>    /* openat */
#include <fnmatch.h>  /* fnmatch */
#include <stdlib.h>   /* malloc, qsort */
#include <string.h>   /* strlen */
#include <sys/stat.h> /* fstatat */
#include <unistd.h>   /* close */

#define PLAN_NAMED_MAX 20u
/* No deeper: each level has a name of a byte at least, and a '/'. */
#define PLAN_DEPTH_MAX (SEIGR_CAPSULE_NAME_MAX / 2u)

struct seal_file_id seal_file_id_of(const char *path)
{
    struct seal_file_id id = {0, 0, 0};
    struct stat st;

    if (stat(path, &st) == 0)
        id = (struct seal_file_id){st.st_dev, st.st_ino, 1};
    return id;
}

static int plan_is(const struct seal_file_id *id, const struct stat *st)
{
    return id->is_there && id->device == st->st_dev && id->inode == st->st_ino;
}

static void plan_refuse(struct seal_plan *plan, struct tool *tool,
                        const char *path, const char *why)
{
    plan->refused++;
    if (plan->refused <= PLAN_NAMED_MAX) /* (3) */
        (void)tool_fail(tool, TOOL_EXIT_FAILURE, "%s: %s", path, why);
}

static int plan_is_excluded(const struct tool *tool, const char *path,
                            const char *name)
{
    const char *pattern;
    size_t at = 0;

    while ((pattern = tool_args_next(&tool->args, TOOL_EXCLUDE, &at)) != NULL)
        if (fnmatch(pattern, path, 0) == 0 || fnmatch(pattern, name, 0) == 0)
            return 1;
    return 0;
}

/* Why no capsule may have this name, NULL where one may. */
static const char *plan_name_fault(const struct tool *tool, const char *path)
{
    seigr_draft draft = SEIGR_DRAFT_INIT;
    uint8_t room[SEIGR_CAPSULE_NAME_MAX + 64];
    size_t len;

    draft.kind = SEIGR_KIND_DATA;
    draft.sequence = 1;
    draft.name = (seigr_span){(const uint8_t *)path, strlen(path)};
    if (draft.name.len > SEIGR_CAPSULE_NAME_MAX)
        return "its path is longer than the 255 bytes of a name";
    if (seigr_capsule_payload_encode(&tool->context, &draft,
                                     (seigr_buf){room, sizeof(room)}, &len,
                                     NULL) != 0)
        return "its name is not UTF-8";
    return NULL;
}

static int list_put(struct seal_list *list, char *text)
{
    if (list->count == list->room) {
        const size_t room = list->room == 0 ? 64 : list->room * 2;
        char **items = realloc(list->items, room * sizeof(*items));

        if (items == NULL)
            return -1;
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = text;
    return 0;
}

static void list_fini(struct seal_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct seal_list){NULL, 0, 0};
}

static int list_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list_sort(struct seal_list *list)
{
    if (list->count > 0)
        qsort(list->items, list->count, sizeof(*list->items), list_compare);
}

/* Returns 1 where the plan keeps path, else 0; -1 without memory. */
static int plan_file(struct seal_plan *plan, struct tool *tool, char *path,
                     const struct stat *st)
{
    const char *fault = plan_name_fault(tool, path);

    if (plan_is(&plan->output, st))
        return 0;
    if (plan_is(&plan->key, st)) {
        plan_refuse(plan, tool, path,
                    "it is your key, which is for nobody else; leave it out "
                    "with --exclude");
        return 0;
    }
    if ((uint64_t)st->st_size > SEIGR_BODY_SIZE_MAX) {
        plan_refuse(plan, tool, path, "it is larger than 64 GiB");
        return 0;
    }
    if (fault != NULL) {
        plan_refuse(plan, tool, path, fault);
        return 0;
    }
    plan->size += (uint64_t)st->st_size;
    return list_put(&plan->paths, path) == 0 ? 1 : -1;
}

static const char *plan_what(mode_t mode)
{
    return S_ISLNK(mode)    ? "it is a symbolic link, which a capsule cannot "
                              "hold"
           : S_ISSOCK(mode) ? "it is a socket, which a capsule cannot hold"
           : S_ISFIFO(mode) ? "it is a pipe, which a capsule cannot hold"
                            : "it is a device, which a capsule cannot hold";
}

static char *plan_join(const char *folder, const char *name)
{
    const size_t len = strlen(folder) + strlen(name) + 2;
    char *path = malloc(len);

    if (path != NULL)
        (void)snprintf(path, len, "%s%s%s", folder,
                       folder[0] != '\0' ? "/" : "", name);
    return path;
}

static int plan_walk(struct seal_plan *plan, struct tool *tool, int fd,
                     const char *folder, size_t depth);

static int plan_folder(struct seal_plan *plan, struct tool *tool, int parent,
                       const char *name, const char *path, size_t depth)
{
    int err;
    int fd;

    if (depth == PLAN_DEPTH_MAX) {
        plan_refuse(plan, tool, path, "it is too deep");
        return 0;
    }
    fd = openat(parent, name,
                O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); /* (1) */
    if (fd < 0) {
        plan_refuse(plan, tool, path, "the folder cannot be read");
        return 0;
    }
    err = plan_walk(plan, tool, fd, path, depth + 1);
    (void)close(fd);
    return err;
}

/* Returns 0, or -1 without memory. */
static int plan_entry(struct seal_plan *plan, struct tool *tool, int parent,
                      const char *folder, const char *name, size_t depth)
{
    char *path = plan_join(folder, name);
    struct stat st;
    int kept = 0;

    if (path == NULL)
        return -1;
    if (plan_is_excluded(tool, path, name))
        kept = 0;
    else if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        plan_refuse(plan, tool, path, "it cannot be read");
    else if (S_ISDIR(st.st_mode))
        kept = plan_folder(plan, tool, parent, name, path, depth);
    else if (!S_ISREG(st.st_mode))
        plan_refuse(plan, tool, path, plan_what(st.st_mode));
    else
        kept = plan_file(plan, tool, path, &st);
    if (kept != 1)
        free(path);
    return kept < 0 ? -1 : 0;
}

/* The names in an open folder, which is closed, in their order (2). Returns
 * 0, 1 if they cannot all be read, -1 without memory. */
static int plan_list(int fd, struct seal_list *names)
{
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    int err = 0;

    if (dir == NULL) {
        if (fd >= 0)
            (void)close(fd);
        return 1;
    }
    while (err == 0) {
        char *name;

        errno = 0; /* by it alone readdir() tells a failure from the end */
        entry = readdir(dir);
        if (entry == NULL) {
            err = errno != 0;
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        name = strdup(entry->d_name);
        err = name == NULL ? -1 : list_put(names, name);
        if (err != 0)
            free(name);
    }
    (void)closedir(dir);
    list_sort(names);
    return err;
}

/* Every entry of a folder. As plan_entry(). */
static int plan_walk(struct seal_plan *plan, struct tool *tool, int fd,
                     const char *folder, size_t depth)
{
    struct seal_list names = {NULL, 0, 0};
    int err = plan_list(fcntl(fd, F_DUPFD_CLOEXEC, 0), &names);

    if (err > 0) { /* what was listed of it would look like all of it */
        plan_refuse(plan, tool, folder[0] != '\0' ? folder : ".",
                    "the folder cannot be read");
        list_fini(&names);
        err = 0;
    }
    for (size_t i = 0; err == 0 && i < names.count && !tool_is_stopped(); i++)
        err = plan_entry(plan, tool, fd, folder, names.items[i], depth);
    list_fini(&names);
    return err;
}

int seal_plan_init(struct seal_plan *plan, struct tool *tool, const char *path)
{
    assert(plan != NULL);
    plan->paths = (struct seal_list){NULL, 0, 0};
    plan->refused = 0;
    plan->size = 0;
    plan->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (plan->folder < 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "%s: the folder cannot be read", path);
    if (plan_walk(plan, tool, plan->folder, "", 0) != 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    if (tool_is_stopped())
        return tool_fail(tool, TOOL_EXIT_FAILURE, "stopped");
    if (plan->refused > PLAN_NAMED_MAX)
        (void)tool_fail(tool, TOOL_EXIT_FAILURE, "and %zu more",
                        plan->refused - PLAN_NAMED_MAX);
    list_sort(&plan->paths); /* (2) */
    return TOOL_EXIT_FINE;
}

void seal_plan_fini(struct seal_plan *plan)
{
    assert(plan != NULL);
    list_fini(&plan->paths);
    if (plan->folder >= 0)
        (void)close(plan->folder);
}

int seal_plan_open(struct tool *tool, int folder, const char *path, int *fd)
{
    struct stat st;

    assert(fd != NULL);
    *fd = openat(folder, path,
                 O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "%s: %s", path,
                         errno == EACCES   ? "permission to read it is denied"
                         : errno == ENOENT ? "it has gone meanwhile"
                                           : "it cannot be read");
    if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
        return TOOL_EXIT_FINE;
    (void)close(*fd);
    return tool_fail(tool, TOOL_EXIT_FAILURE,
                     "%s: it became something else meanwhile", path);
}
