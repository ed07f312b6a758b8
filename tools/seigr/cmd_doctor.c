/* SPDX-License-Identifier: MIT */
/*
 * cmd_doctor.c - seigr doctor: is everything in place on this machine?
 *
 * It changes nothing but that it makes SEIGR_HOME's folder where it is not
 * there, as every command does, and waits for nobody.
 */
#define _GNU_SOURCE /* O_TMPFILE, statx */

#include "tool.h"          /* struct tool */
#include "tool_json.h"     /* tool_json_new */
#include "tool_key.h"      /* tool_key_home */
#include "tool_progress.h" /* tool_progress_size */
#include "tool_time.h"     /* tool_time_print */

#include <assert.h>      /* assert */
#include <fcntl.h>       /* open */
#include <stdarg.h>      /* va_list */
#include <string.h>      /* strstr */
#include <sys/stat.h>    /* stat, statx */
#include <sys/statvfs.h> /* statvfs */
#include <unistd.h>      /* close */

#define DOCTOR_ROOM_MIN (16u << 20) /* bytes free: below it is a problem */
/* 2024-01-01 and 2100-01-01: a clock outside was never set. */
#define DOCTOR_CLOCK_MIN 1704067200000u
#define DOCTOR_CLOCK_MAX 4102444800000u

enum doctor_status { DOCTOR_FINE, DOCTOR_WARNING, DOCTOR_PROBLEM };

struct doctor {
    struct tool *tool;
    json_t *checks; /* NULL unless JSON is the answer */
    size_t problem_count;
};

__attribute__((format(printf, 4, 5))) static void
doctor_say(struct doctor *doctor, const char *name, enum doctor_status status,
           const char *format, ...)
{
    static const char *const words[] = {"fine", "warning", "problem"};
    static const char *const colors[] = {TOOL_GREEN, TOOL_BOLD, TOOL_RED};
    const struct tool *tool = doctor->tool;
    char text[1024];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    doctor->problem_count += status == DOCTOR_PROBLEM;
    tool_color(tool, colors[status]);
    tool_say(tool, "%-8s", words[status]);
    tool_color(tool, TOOL_PLAIN);
    tool_say(tool, " %-10s %s", name, text);
    tool_line(tool);
    if (doctor->checks != NULL) {
        json_t *check = json_object();

        tool_json_set(check, "name", json_string(name));
        tool_json_set(check, "status", json_string(words[status]));
        tool_json_set(
            check, "text",
            tool_json_text((seigr_span){(const uint8_t *)text, strlen(text)}));
        (void)json_array_append_new(doctor->checks, check);
    }
}

/* --- The program ---------------------------------------------------------- */

static void doctor_version(struct doctor *doctor)
{
    const int is_same = strcmp(SEIGR_TOOL_VERSION, seigr_version()) == 0;

    doctor_say(doctor, "version", is_same ? DOCTOR_FINE : DOCTOR_WARNING,
               "seigr %s, libseigr %s%s", SEIGR_TOOL_VERSION, seigr_version(),
               is_same ? "" : ": install the two of one version");
}

/* Whether the processor names a feature, in the words of Linux. */
static int doctor_processor_has(const char *const *names)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char line[8192];
    int has = 0;

    assert(names != NULL);
    while (file != NULL && !has && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "flags", 5) != 0 && strncmp(line, "Features", 8) != 0)
            continue;
        for (size_t i = 0; names[i] != NULL; i++)
            has = has || strstr(line, names[i]) != NULL;
    }
    if (file != NULL)
        (void)fclose(file);
    return has;
}

static void doctor_processor(struct doctor *doctor)
{
    static const char *const sha[] = {" sha_ni", " sha2", NULL};
    const seigr_crypto *sodium = seigr_crypto_sodium();
    const int is_sodium =
        sodium != NULL &&
        sodium->sha256 == doctor->tool->context.crypto->sha256;

    doctor_say(doctor, "processor", DOCTOR_FINE,
               "%ld processors; senary by %s; SHA-256 by %s, this processor "
               "has %sinstructions for it",
               sysconf(_SC_NPROCESSORS_ONLN), seigr_senary_path(),
               is_sodium ? "libsodium" : "libcrypto",
               doctor_processor_has(sha) ? "" : "no ");
}

/* Sign and verify a capsule, in memory. */
static int doctor_seal_one(const seigr_context *context)
{
    uint8_t room[256];
    seigr_keypair_signer_state state;
    seigr_draft draft = SEIGR_DRAFT_INIT;
    seigr_verified verified;
    seigr_keypair keypair;
    seigr_signer signer;
    size_t len = 0;
    int err = seigr_keypair_init(context, &keypair);

    assert(context != NULL);
    if (err < 0)
        return err;
    draft.kind = SEIGR_KIND_DATA;
    draft.sequence = 1;
    signer = seigr_keypair_signer(context, &keypair, &state);
    err = seigr_capsule_seal(context, &draft, &signer,
                             (seigr_buf){room, sizeof(room)}, &len, NULL, NULL);
    seigr_keypair_fini(context, &keypair);
    if (err == 0)
        err = seigr_capsule_open(context, (seigr_span){room, len},
                                 (seigr_buf){NULL, 0}, &verified, NULL);
    if (err < 0)
        return err;
    room[len - 1] ^= 1; /* and what is bad is refused */
    err = seigr_capsule_open(context, (seigr_span){room, len},
                             (seigr_buf){NULL, 0}, &verified, NULL);
    return err == SEIGR_E_SIGNATURE ? 0 : SEIGR_E_SIGNATURE;
}

static void doctor_library(struct doctor *doctor)
{
    const int err = doctor_seal_one(&doctor->tool->context);

    doctor_say(doctor, "library", err == 0 ? DOCTOR_FINE : DOCTOR_PROBLEM, "%s",
               err == 0 ? "it signs, verifies, and refuses a changed signature"
                        : seigr_strerror(err));
}

static void doctor_clock(struct doctor *doctor)
{
    const seigr_clock *clock = doctor->tool->context.clock;
    const uint64_t now = clock->unix_ms(clock->ctx);
    const int is_set = now >= DOCTOR_CLOCK_MIN && now < DOCTOR_CLOCK_MAX;
    char text[TOOL_TIME_LEN];

    assert(clock != NULL);
    tool_time_print(now, text);
    doctor_say(doctor, "clock", is_set ? DOCTOR_FINE : DOCTOR_WARNING, "%s%s",
               text,
               is_set ? "" : ": set it, for capsules would state a wrong time");
}

/* --- The folder --------------------------------------------------------- */

static void doctor_home(struct doctor *doctor, const char *path)
{
    struct stat st;

    assert(path != NULL);
    if (stat(path, &st) != 0)
        doctor_say(doctor, "home", DOCTOR_PROBLEM, "%s cannot be read", path);
    else if (access(path, W_OK | X_OK) != 0)
        doctor_say(doctor, "home", DOCTOR_PROBLEM,
                   "you cannot write to %s, so nothing can be sealed; type: "
                   "chmod 700 %s",
                   path, path);
    else if (st.st_mode & 022)
        doctor_say(doctor, "home", DOCTOR_PROBLEM,
                   "others can change %s; type: chmod 700 %s", path, path);
    else if (st.st_mode & 055)
        doctor_say(doctor, "home", DOCTOR_WARNING,
                   "others can look into %s; type: chmod 700 %s", path, path);
    else
        doctor_say(doctor, "home", DOCTOR_FINE, "%s is yours alone", path);
}

static void doctor_key(struct doctor *doctor, const seigr_home *home)
{
    seigr_keyfile_info info = SEIGR_KEYFILE_INFO_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    const int err = seigr_home_key_inspect(home, &info, &error);
    char did[SEIGR_DID_KEY_LEN + 1];

    assert(home != NULL);
    if (err == SEIGR_E_NOTFOUND) {
        doctor_say(doctor, "key", DOCTOR_WARNING,
                   "there is none; \"seigr init\" makes one");
        return;
    }
    if (err < 0) {
        doctor_say(doctor, "key", DOCTOR_PROBLEM, "%s", error.text);
        return;
    }
    seigr_did_key_encode(&info.key, did);
    doctor_say(doctor, "key", DOCTOR_FINE, "%s, %s, yours alone to read", did,
               info.is_sealed ? "behind a passphrase" : "without a passphrase");
}

/* What the file system can do for heads and for files that appear whole. */
static void doctor_file_system(struct doctor *doctor, const char *path)
{
    int has_nameless = 0;
    int has_birth = 0;
#ifdef O_TMPFILE
    int fd = open(path, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

    assert(path != NULL);
    has_nameless = fd >= 0;
    if (fd >= 0)
        (void)close(fd);
#endif
#ifdef STATX_BTIME
    struct statx st;

    has_birth = statx(AT_FDCWD, path, 0, STATX_BTIME, &st) == 0 &&
                (st.stx_mask & STATX_BTIME) != 0;
#endif
    if (!has_birth)
        doctor_say(doctor, "files", DOCTOR_WARNING,
                   "this file system keeps no time of birth: a head put back "
                   "from a backup may pass for the original; use --new-stream "
                   "then");
    else
        doctor_say(doctor, "files", DOCTOR_FINE,
                   "copies of a stream's head are told from it%s",
                   has_nameless ? ""
                                : "; a killed command may leave a hidden file");
}

static void doctor_disk(struct doctor *doctor, const char *path)
{
    char room[TOOL_SIZE_LEN];
    struct statvfs st;
    uint64_t free_bytes;

    assert(path != NULL);
    if (statvfs(path, &st) != 0) {
        doctor_say(doctor, "disk", DOCTOR_PROBLEM, "%s cannot be asked", path);
        return;
    }
    free_bytes = (uint64_t)st.f_bavail * st.f_frsize;
    tool_progress_size(free_bytes, room);
    if (st.f_flag & ST_RDONLY)
        doctor_say(doctor, "disk", DOCTOR_PROBLEM,
                   "%s is read-only: nothing can be sealed", path);
    else if (free_bytes < DOCTOR_ROOM_MIN)
        doctor_say(doctor, "disk", DOCTOR_PROBLEM,
                   "only %s free where %s is: make room", room, path);
    else
        doctor_say(doctor, "disk", DOCTOR_FINE, "%s free where %s is", room,
                   path);
}

static void doctor_machine(struct doctor *doctor)
{
    const int fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
    char id[8];

    if (fd >= 0 && read(fd, id, sizeof(id)) == (ssize_t)sizeof(id))
        doctor_say(doctor, "machine", DOCTOR_FINE,
                   "it has an id: a stream moved elsewhere is noticed");
    else
        doctor_say(doctor, "machine", DOCTOR_WARNING,
                   "/etc/machine-id cannot be read: machines are told apart by "
                   "their names");
    if (fd >= 0)
        (void)close(fd);
}

int cmd_doctor(struct tool *tool)
{
    struct doctor doctor = {.tool = tool};
    json_t *json = NULL;
    seigr_home *home;

    if (tool->is_json) {
        json = tool_json_new("doctor");
        tool_json_set(json, "checks", json_array());
        doctor.checks = json_object_get(json, "checks");
    }
    doctor_version(&doctor);
    doctor_processor(&doctor);
    doctor_library(&doctor);
    doctor_clock(&doctor);
    doctor_machine(&doctor);
    home = tool_key_home(tool);
    if (home == NULL) {
        doctor_say(&doctor, "home", DOCTOR_PROBLEM,
                   "there is no folder for keys");
    } else {
        doctor_home(&doctor, seigr_home_path(home));
        doctor_key(&doctor, home);
        doctor_file_system(&doctor, seigr_home_path(home));
        doctor_disk(&doctor, seigr_home_path(home));
    }
    seigr_home_close(home);
    if (json != NULL) {
        tool_json_set(json, "exit",
                      json_integer(doctor.problem_count > 0 ? TOOL_EXIT_FAILURE
                                                            : TOOL_EXIT_FINE));
        tool_json_print(json);
    }
    if (doctor.problem_count == 0)
        return TOOL_EXIT_FINE;
    return tool_fail(tool, TOOL_EXIT_FAILURE, "%zu problem%s found",
                     doctor.problem_count,
                     doctor.problem_count == 1 ? "" : "s");
}
