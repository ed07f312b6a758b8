/* SPDX-License-Identifier: MIT */
/*
 * The door for programs: any bytes are a module or refused with a reason,
 * with memory in proportion to their length.
 */
#include "fuzz.h"

#include "seigr/engine.h"

static size_t module_live;
static size_t module_bound;

static void *module_alloc(size_t len, void *ctx)
{
    size_t *head = malloc(len + 16);

    (void)ctx;
    if (head == NULL)
        abort();
    head[0] = len;
    module_live += len;
    FUZZ_REQUIRE(module_live <= module_bound);
    return (char *)head + 16;
}

static void module_release(void *ptr, void *ctx)
{
    size_t *head;

    (void)ctx;
    if (ptr == NULL)
        return;
    head = (size_t *)(void *)((char *)ptr - 16);
    module_live -= head[0];
    free(head);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const seigr_allocator allocator = {
        (uint32_t)sizeof(allocator), 0, module_alloc, module_release, NULL};
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_module_entry entry;
    seigr_module *module = NULL;
    uint32_t count = 0;
    int err;

    context.allocator = &allocator;
    module_live = 0;
    module_bound = size * SEIGR_MODULE_MEMORY_TIMES + SEIGR_MODULE_MEMORY_BASE;
    err = seigr_module_new(&context, (seigr_span){data, size}, NULL, &module,
                           &error);
    if (err != 0) {
        FUZZ_REQUIRE(err == error.code && error.text[0] != '\0');
        FUZZ_REQUIRE(module == NULL && error.offset <= size);
    } else {
        while (seigr_module_import(module, count, &entry))
            count++;
        while (seigr_module_export(module, count, &entry))
            count++;
        seigr_module_free(module);
    }
    FUZZ_REQUIRE(module_live == 0);
    return 0;
}
