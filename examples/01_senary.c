/* SPDX-License-Identifier: MIT */
/*
 * 01_senary.c - bytes as base-6 digits, and back; what is mistyped is named.
 */
#include <seigr/seigr.h>

#include <stdio.h>
#include <string.h>

static void show_text(const char *text)
{
    const seigr_span bytes = {(const uint8_t *)text, strlen(text)};
    char digits[256];
    seigr_buf out = {(uint8_t *)digits, sizeof(digits)};
    size_t len;

    if (seigr_senary_encode(bytes, out, &len) == 0)
        printf("%-12s %.*s\n", text, (int)len, digits);
}

/* Decode, or say what is wrong and where. */
static void show_decoded(const char *digits)
{
    const seigr_span span = {(const uint8_t *)digits, strlen(digits)};
    seigr_error error = SEIGR_ERROR_INIT;
    char text[256];
    size_t len;

    if (seigr_senary_decode(span, (seigr_buf){(uint8_t *)text, sizeof(text)},
                            &len, &error) == 0)
        printf("%s is \"%.*s\"\n", digits, (int)len, text);
    else
        printf("%s is refused at %llu: %s\n", digits,
               (unsigned long long)error.offset, error.text);
}

static void show_address(const char *text)
{
    const seigr_span span = {(const uint8_t *)text, strlen(text)};
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_id id;

    if (seigr_address_decode_id(span, &id, &error) == 0)
        printf("the address is good\n");
    else
        printf("refused: %s\n", error.text);
}

int main(void)
{
    static const seigr_id id = {{1, 2, 3, 4, 5, 6, 7, 8}};
    char address[SEIGR_ADDRESS_LEN + 1];

    show_text("seigr");
    show_text("capsules");
    show_decoded("1015404053205134");
    show_decoded("10154040x3205134");

    /* An address carries six check digits: any slip of one is found. */
    seigr_address_encode_id(&id, address);
    printf("%s\n", address);
    show_address(address);
    address[40] = address[40] == '5' ? '4' : '5';
    show_address(address);
    return 0;
}
