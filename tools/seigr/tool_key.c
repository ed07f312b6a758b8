/* SPDX-License-Identifier: MIT */
/*
 * tool_key.c - loading the key; asking for a passphrase.
 *
 * A passphrase comes from the terminal, unseen, or from a file that the user
 * names; never from an argument or the environment, where others can read it.
 */
#define _POSIX_C_SOURCE 200809L

#include "tool_key.h" /* tool_key_load */

#include <assert.h>     /* assert */
#include <errno.h>      /* errno */
#include <fcntl.h>      /* open */
#include <signal.h>     /* sigprocmask */
#include <stdlib.h>     /* malloc */
#include <string.h>     /* memchr */
#include <sys/select.h> /* pselect */
#include <sys/stat.h>   /* fstat */
#include <termios.h>    /* tcsetattr */
#include <unistd.h>     /* read */

#define KEY_PASSPHRASE_MAX 1024u

seigr_home *tool_key_home(struct tool *tool)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_home *home = NULL;

    assert(tool != NULL);
    if (seigr_home_open(&tool->context, NULL, &home, &error) != 0)
        (void)tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
    return home;
}

/* --- Passphrases -------------------------------------------------------- */

/* Keep what stands before the first line end. */
static void key_first_line(seigr_buf *passphrase)
{
    const uint8_t *end;

    if (passphrase->len == 0)
        return; /* and there is no memory either */
    end = memchr(passphrase->ptr, '\n', passphrase->len);
    if (end != NULL)
        passphrase->len = (size_t)(end - passphrase->ptr);
    if (passphrase->len > 0 && passphrase->ptr[passphrase->len - 1] == '\r')
        passphrase->len--;
}

static int key_passphrase_from_file(struct tool *tool, const char *path,
                                    seigr_buf *out)
{
    seigr_error error = SEIGR_ERROR_INIT;
    struct stat st;

    assert(path != NULL && out != NULL);
    if (seigr_posix_read_file(&tool->context, path, KEY_PASSPHRASE_MAX, out,
                              &error) != 0)
        return tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077))
        tool_note(tool, "warning: others can use %s; type: chmod 600 %s", path,
                  path);
    if (out->len > 0)
        key_first_line(out);
    if (out->len > 0)
        return TOOL_EXIT_FINE;
    seigr_posix_release(&tool->context, out);
    return tool_fail(tool, TOOL_EXIT_FAILURE,
                     "%s: its first line is empty; write the passphrase there",
                     path);
}

/*
 * Read a line, nothing more. The signals that stop the command are blocked
 * but while it waits, under the mask given: one that came before the wait
 * ends it too. Returns 0, or -1 with errno.
 */
static int key_read_line(int fd, const sigset_t *waiting, seigr_buf *line)
{
    size_t len = 0;

    assert(fd >= 0 && waiting != NULL);
    for (;;) {
        fd_set readable;
        uint8_t c;
        ssize_t n;

        FD_ZERO(&readable);
        FD_SET(fd, &readable);
        if (pselect(fd + 1, &readable, NULL, NULL, NULL, waiting) < 0)
            return -1;
        n = read(fd, &c, 1);
        if (n < 0)
            return -1;
        if (n == 0 || c == '\n' || c == '\r')
            break;
        if (len < line->len)
            line->ptr[len++] = c;
    }
    line->len = len;
    return 0;
}

/* Ask on the terminal, without echo. Returns an exit code. */
static int key_ask(struct tool *tool, int tty, const char *question,
                   seigr_buf *out)
{
    struct termios before;
    struct termios silent;
    sigset_t stops;
    sigset_t mask;
    int err;

    assert(tty >= 0 && question != NULL);
    out->ptr = malloc(KEY_PASSPHRASE_MAX);
    out->len = KEY_PASSPHRASE_MAX;
    if (out->ptr == NULL)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "memory could not be had");
    if (tcgetattr(tty, &before) != 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "the terminal cannot be used to ask");
    silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
    silent.c_lflag |= ICANON | ECHONL | ISIG;
    (void)sigemptyset(&stops);
    (void)sigaddset(&stops, SIGINT);
    (void)sigaddset(&stops, SIGTERM);
    (void)sigaddset(&stops, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &stops, &mask);
    (void)tcsetattr(tty, TCSAFLUSH, &silent);
    (void)dprintf(tty, "%s", question);
    err = key_read_line(tty, &mask, out);
    (void)tcsetattr(tty, TCSAFLUSH, &before); /* also after a signal */
    (void)sigprocmask(SIG_SETMASK, &mask, NULL);
    if (err == 0 && !tool_is_stopped())
        return TOOL_EXIT_FINE;
    seigr_posix_release(&tool->context, out);
    return tool_fail(tool, TOOL_EXIT_FAILURE, "stopped");
}

/* The terminal, even where standard input is something else. */
static int key_terminal(void)
{
    return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

static int key_ask_twice(struct tool *tool, int tty, seigr_buf *out)
{
    seigr_buf again = {NULL, 0};
    int code =
        key_ask(tool, tty, "Passphrase for the new key, empty for none: ", out);
    int is_same;

    assert(tty >= 0);
    if (code != TOOL_EXIT_FINE)
        return code;
    code = key_ask(tool, tty, "Again: ", &again);
    if (code != TOOL_EXIT_FINE)
        return code;
    is_same = again.len == out->len &&
              (out->len == 0 || memcmp(again.ptr, out->ptr, out->len) == 0);
    seigr_posix_release(&tool->context, &again);
    if (!is_same) {
        seigr_posix_release(&tool->context, out);
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "the two passphrases differ; try again");
    }
    if (out->len == 0)
        seigr_posix_release(&tool->context, out);
    return TOOL_EXIT_FINE;
}

int tool_key_new_passphrase(struct tool *tool, seigr_buf *out)
{
    const char *path = tool_args_value(&tool->args, TOOL_PASSPHRASE_FILE);
    int code;
    int tty;

    assert(out != NULL);
    *out = (seigr_buf){NULL, 0};
    if (path != NULL)
        return key_passphrase_from_file(tool, path, out);
    if (tool_args_count(&tool->args, TOOL_NO_PASSPHRASE) > 0 ||
        !isatty(STDIN_FILENO))
        return TOOL_EXIT_FINE;
    tty = key_terminal();
    if (tty < 0)
        return TOOL_EXIT_FINE;
    code = key_ask_twice(tool, tty, out);
    (void)close(tty);
    return code;
}

/* The passphrase of the key that is there. */
static int key_passphrase(struct tool *tool, const seigr_home *home,
                          seigr_buf *out)
{
    const char *path = tool_args_value(&tool->args, TOOL_PASSPHRASE_FILE);
    char question[512];
    int code;
    int tty;

    assert(home != NULL);
    if (path != NULL)
        return key_passphrase_from_file(tool, path, out);
    tty = key_terminal();
    if (tty < 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "the key has a passphrase and there is no terminal to "
                         "ask for it: give --passphrase-file FILE");
    (void)snprintf(question, sizeof(question),
                   "Passphrase for %s: ", seigr_home_key_path(home));
    code = key_ask(tool, tty, question, out);
    (void)close(tty);
    return code;
}

/* --- Keys --------------------------------------------------------------- */

int tool_key_inspect(struct tool *tool, const seigr_home *home,
                     seigr_keyfile_info *out)
{
    seigr_error error = SEIGR_ERROR_INIT;
    const int err = seigr_home_key_inspect(home, out, &error);

    if (err == 0)
        return TOOL_EXIT_FINE;
    if (err == SEIGR_E_NOTFOUND)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "%s; make one with \"seigr init\"", error.text);
    /* What is wrong inside the file has an offset and no path. */
    if (error.offset != SEIGR_NO_OFFSET)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "%s is damaged: %s (at byte %llu); put your copy of "
                         "the key back",
                         seigr_home_key_path(home), error.text,
                         (unsigned long long)error.offset);
    return tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
}

int tool_key_load(struct tool *tool, seigr_home *home, seigr_keypair *out)
{
    seigr_keyfile_info info = SEIGR_KEYFILE_INFO_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_buf passphrase = {NULL, 0};
    int code = tool_key_inspect(tool, home, &info);
    int err;

    assert(tool != NULL);
    if (code != TOOL_EXIT_FINE)
        return code;
    if (info.is_sealed) {
        code = key_passphrase(tool, home, &passphrase);
        if (code != TOOL_EXIT_FINE)
            return code;
    }
    err = seigr_home_key_load(
        home, (seigr_span){passphrase.ptr, passphrase.len}, out, &error);
    seigr_posix_release(&tool->context, &passphrase);
    if (err == SEIGR_E_KEY)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "the passphrase for %s is wrong, or the file is "
                         "damaged; try again",
                         seigr_home_key_path(home));
    if (err < 0)
        return tool_fail_error(tool, TOOL_EXIT_FAILURE,
                               seigr_home_key_path(home), &error);
    return TOOL_EXIT_FINE;
}

int tool_key_parse(struct tool *tool, const char *text, seigr_public_key *out)
{
    const seigr_span span = {(const uint8_t *)text, strlen(text)};
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    assert(out != NULL);
    if (strncmp(text, "did:", 4) == 0)
        err = seigr_did_key_decode(span, out, &error);
    else
        err = seigr_address_decode_key(span, out, &error);
    if (err == 0)
        return TOOL_EXIT_FINE;
    return tool_fail_error(tool, TOOL_EXIT_USAGE, text, &error);
}
