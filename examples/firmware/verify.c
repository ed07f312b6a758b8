/* SPDX-License-Identifier: MIT */
/*
 * verify.c - a boot loader's view: a capsule and the key that must have
 * signed it lie in flash; only what verifies may be acted on.
 *
 * What it does: decodes and verifies the capsule without a heap, with
 * scratch on its own, says who signed what, and shows that the same bytes
 * with one bit changed are refused. What it does not: decide whether the
 * signer may say so; here the one key in flash may, and nobody else.
 *
 * Exit status: 0 when the capsule verified and the changed one did not.
 */
#include <seigr/seigr.h>       /* the library */
#include <seigr/sys/compact.h> /* seigr_crypto_compact */

#include <board.h>   /* board_print: replace it by your own console */
#include <flashed.h> /* flashed_capsule, flashed_signer: made at build time */

#include <string.h> /* memcmp, memcpy */

/* Or seigr_crypto_compact: 20 KB less, 3 times the instructions. */
#ifndef FIRMWARE_CRYPTO
#define FIRMWARE_CRYPTO seigr_crypto_sodium_verify
#endif

/* The largest capsule this firmware takes: a choice, not a rule. */
#define CAPSULE_MAX 4096u

static uint8_t scratch[SEIGR_CAPSULE_SCRATCH_LEN(CAPSULE_MAX)];

static void say(const char *what, const char *text)
{
    board_print(what);
    board_print(text);
    board_print("\n");
}

/* The one door: bytes become a verified capsule of our signer, or nothing. */
static int admit(const seigr_context *context, seigr_span bytes,
                 seigr_verified *out, seigr_error *error)
{
    const seigr_buf room = {scratch, sizeof(scratch)};
    seigr_capsule capsule = SEIGR_CAPSULE_INIT;
    int err;

    err = seigr_capsule_decode(context, bytes, &capsule, error);
    if (err != 0)
        return err;
    if (memcmp(capsule.issuer.bytes, flashed_signer, sizeof(flashed_signer)) !=
        0)
        return SEIGR_E_DENIED;
    return seigr_capsule_verify(context, &capsule, room, out, error);
}

/* The same bytes with one bit changed, from the middle of the payload. */
static int admit_changed(const seigr_context *context, seigr_error *error)
{
    static uint8_t changed[sizeof(flashed_capsule)];
    seigr_verified verified;

    memcpy(changed, flashed_capsule, sizeof(changed));
    changed[sizeof(changed) - 70] ^= 1u; /* the payload's last bytes */
    return admit(context, (seigr_span){changed, sizeof(changed)}, &verified,
                 error);
}

int main(void)
{
    const seigr_span bytes = {flashed_capsule, sizeof(flashed_capsule)};
    seigr_context context = SEIGR_CONTEXT_INIT;
    seigr_error error = SEIGR_ERROR_INIT;
    char address[SEIGR_ADDRESS_LEN + 1];
    char text[SEIGR_CAPSULE_NAME_MAX + 1] = "";
    seigr_verified verified;
    seigr_span name;
    int err;

    context.crypto = FIRMWARE_CRYPTO();
    err = admit(&context, bytes, &verified, &error);
    if (err != 0) {
        say("refused: ",
            error.text[0] != '\0' ? error.text : seigr_strerror(err));
        return 1;
    }
    seigr_address_encode_id(seigr_verified_id(&verified), address);
    say("verified: ", address);
    name = seigr_verified_capsule(&verified)->name;
    if (name.len > 0)
        memcpy(text, name.ptr, name.len);
    say("name: ", text);

    if (admit_changed(&context, &error) == 0) {
        board_print("a changed byte was not noticed\n");
        return 2;
    }
    say("changed byte refused: ", error.text);
    return 0;
}
