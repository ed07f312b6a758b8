/* SPDX-License-Identifier: MIT */
/*
 * cmd_init.c - seigr init: a new key; seigr id: whose it is.
 */
#include "tool.h"      /* struct tool */
#include "tool_json.h" /* tool_json_key */
#include "tool_key.h"  /* tool_key_home */

#include <assert.h> /* assert */
#include <unistd.h> /* access */

static void init_print_key(const struct tool *tool, const seigr_public_key *key)
{
    char address[SEIGR_ADDRESS_LEN + 1];
    char did[SEIGR_DID_KEY_LEN + 1];

    assert(key != NULL);
    seigr_did_key_encode(key, did);
    seigr_address_encode_key(key, address);
    tool_say(tool, "%s", did);
    tool_line(tool);
    tool_say(tool, "%s", address);
    tool_line(tool);
}

static int init_make(struct tool *tool, seigr_home *home, seigr_buf passphrase)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_public_key key;
    seigr_keypair keypair;
    int err = seigr_keypair_init(&tool->context, &keypair);

    assert(home != NULL);
    if (err < 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE, "%s", seigr_strerror(err));
    err = seigr_home_key_create(home, &keypair,
                                (seigr_span){passphrase.ptr, passphrase.len},
                                SEIGR_HOME_KEY_NEW, &error);
    key = seigr_keypair_public(&keypair);
    seigr_keypair_fini(&tool->context, &keypair);
    if (err < 0)
        return tool_fail_error(tool, TOOL_EXIT_FAILURE, NULL, &error);
    if (tool->is_json) {
        json_t *json = tool_json_new("init");

        tool_json_set(json, "key", tool_json_key(&key));
        tool_json_set(json, "file", json_string(seigr_home_key_path(home)));
        tool_json_set(json, "encrypted", json_boolean(passphrase.len > 0));
        tool_json_print(json);
    }
    init_print_key(tool, &key);
    tool_say(tool, "The key is in %s%s. Nobody can make it again: keep a copy.",
             seigr_home_key_path(home),
             passphrase.len > 0 ? ", behind its passphrase" : "");
    tool_line(tool);
    return TOOL_EXIT_FINE;
}

int cmd_init(struct tool *tool)
{
    seigr_buf passphrase = {NULL, 0};
    seigr_home *home;
    int code;

    if (tool_args_count(&tool->args, TOOL_PASSPHRASE_FILE) > 0 &&
        tool_args_count(&tool->args, TOOL_NO_PASSPHRASE) > 0)
        return tool_fail(tool, TOOL_EXIT_USAGE,
                         "--passphrase-file and --no-passphrase contradict "
                         "each other");
    home = tool_key_home(tool);
    if (home == NULL)
        return TOOL_EXIT_FAILURE;
    if (access(seigr_home_key_path(home), F_OK) == 0) {
        code = tool_fail(tool, TOOL_EXIT_FAILURE,
                         "there is a key in %s already, and it is kept; "
                         "\"seigr id\" prints it",
                         seigr_home_key_path(home));
        goto done;
    }
    code = tool_key_new_passphrase(tool, &passphrase);
    if (code == TOOL_EXIT_FINE)
        code = init_make(tool, home, passphrase);
done:
    seigr_posix_release(&tool->context, &passphrase);
    seigr_home_close(home);
    return code;
}

int cmd_id(struct tool *tool)
{
    seigr_keyfile_info info = SEIGR_KEYFILE_INFO_INIT;
    seigr_home *home = tool_key_home(tool);
    char did[SEIGR_DID_KEY_LEN + 1];
    int code;

    if (home == NULL)
        return TOOL_EXIT_FAILURE;
    code = tool_key_inspect(tool, home, &info);
    seigr_home_close(home);
    if (code != TOOL_EXIT_FINE)
        return code;
    if (tool->is_json) {
        json_t *json = tool_json_new("id");

        tool_json_set(json, "key", tool_json_key(&info.key));
        tool_json_set(json, "encrypted", json_boolean((int)info.is_sealed));
        tool_json_print(json);
    } else if (tool->is_quiet) {
        seigr_did_key_encode(&info.key, did);
        (void)printf("%s\n", did);
    }
    init_print_key(tool, &info.key);
    return TOOL_EXIT_FINE;
}
