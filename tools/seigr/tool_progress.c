/* SPDX-License-Identifier: MIT */
/*
 * tool_progress.c - a bar for work over a second.
 *
 *     big.iso  [##########..........]  48 %  3.9 of 8.0 GiB  1.2 GiB/s  3 s
 */
#define _POSIX_C_SOURCE 200809L

#include "tool_progress.h" /* struct tool_progress */

#include <assert.h> /* assert */
#include <string.h> /* strlen */
#include <unistd.h> /* isatty */

#define PROGRESS_PATIENCE_NS 1000000000u
#define PROGRESS_EVERY_NS 100000000u
#define PROGRESS_CELLS 20u
#define PROGRESS_NAME_MAX 24u

static uint64_t progress_now(const struct tool *tool)
{
    const seigr_clock *clock = tool->context.clock;

    assert(clock != NULL);
    return clock->monotonic_ns(clock->ctx);
}

void tool_progress_init(struct tool_progress *progress, const struct tool *tool,
                        const char *name, uint64_t all_total)
{
    const int is_forced = tool_args_count(&tool->args, TOOL_PROGRESS) > 0;

    assert(progress != NULL);
    *progress = (struct tool_progress){
        .tool = tool, .name = name, .all_total = all_total};
    if (tool->is_quiet || (!is_forced && !isatty(STDERR_FILENO)))
        return;
    progress->start_ns = progress_now(tool);
    if (is_forced) /* as if it had begun long ago */
        progress->drawn_ns = 1;
}

void tool_progress_next(struct tool_progress *progress, const char *name,
                        uint64_t before)
{
    assert(progress != NULL);
    progress->name = name;
    progress->before = before;
}

void tool_progress_size(uint64_t bytes, char out[TOOL_SIZE_LEN])
{
    static const char *const units[] = {"bytes", "KiB", "MiB",
                                        "GiB",   "TiB", "PiB"};
    double value = (double)bytes;
    size_t unit = 0;

    while (value >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        value /= 1024;
        unit++;
    }
    (void)snprintf(out, TOOL_SIZE_LEN, unit == 0 ? "%.0f %s" : "%.1f %s", value,
                   units[unit]);
}

/* The end of the name tells more than its beginning. */
static void progress_put_name(const char *name)
{
    const size_t len = strlen(name);
    seigr_span text = {(const uint8_t *)name, len};

    if (len > PROGRESS_NAME_MAX) {
        text.ptr += len - PROGRESS_NAME_MAX;
        text.len = PROGRESS_NAME_MAX;
        (void)fputs("...", stderr);
    }
    tool_put_escaped(stderr, text, 0);
}

static void progress_draw(const struct tool_progress *progress, uint64_t done,
                          uint64_t total, uint64_t now)
{
    const double seconds = (double)(now - progress->start_ns) / 1e9;
    const double rate = seconds > 0 ? (double)done / seconds : 0;
    char done_text[TOOL_SIZE_LEN];
    char total_text[TOOL_SIZE_LEN];
    char rate_text[TOOL_SIZE_LEN];

    tool_progress_size(done, done_text);
    tool_progress_size((uint64_t)rate, rate_text);
    (void)fputc('\r', stderr);
    progress_put_name(progress->name);
    if (total == 0) {
        (void)fprintf(stderr, "  %s  %s/s\033[K", done_text, rate_text);
        return;
    }
    if (done > total)
        done = total; /* a file that grows */
    tool_progress_size(total, total_text);
    (void)fputs("  [", stderr);
    for (unsigned i = 0; i < PROGRESS_CELLS; i++)
        (void)fputc((double)i < (double)done / (double)total * PROGRESS_CELLS
                        ? '#'
                        : '.',
                    stderr);
    (void)fprintf(stderr, "] %3.0f %%  %s of %s  %s/s",
                  (double)done / (double)total * 100, done_text, total_text,
                  rate_text);
    if (rate > 0)
        (void)fprintf(stderr, "  %.0f s left", (double)(total - done) / rate);
    (void)fputs("\033[K", stderr);
}

int tool_progress_step(uint64_t done, uint64_t total, void *ctx)
{
    struct tool_progress *progress = ctx;
    uint64_t now;

    if (tool_is_stopped())
        return 1;
    if (progress->start_ns == 0)
        return 0;
    now = progress_now(progress->tool);
    if (progress->drawn_ns == 0 &&
        now - progress->start_ns < PROGRESS_PATIENCE_NS)
        return 0;
    if (progress->drawn_ns != 0 && now - progress->drawn_ns < PROGRESS_EVERY_NS)
        return 0;
    if (progress->all_total > 0)
        total = progress->all_total;
    progress_draw(progress, progress->before + done, total, now);
    progress->drawn_ns = now;
    return 0;
}

void tool_progress_fini(struct tool_progress *progress)
{
    assert(progress != NULL);
    if (progress->start_ns != 0 && progress->drawn_ns > 1)
        (void)fputs("\r\033[K", stderr);
    progress->start_ns = 0;
}
