/* SPDX-License-Identifier: MIT */
/*
 * own.c - asks everything that guest.h has.
 */
#include "seigr/guest.h"

#include <stdio.h>
#include <string.h>

int main(void)
{
    uint8_t link[SEIGR_GUEST_LINK_LEN];
    uint8_t other[SEIGR_GUEST_LINK_LEN] = {1};
    static char bytes[100000];
    const uint64_t before = seigr_guest_fuel_left();
    const int data = seigr_guest_input_find("data/large", 10);
    int64_t at = 0;
    int n;

    printf("%d inputs, data/large is %d of %lld bytes\n",
           seigr_guest_input_count(), data,
           (long long)seigr_guest_input_size(data));
    printf("%d %d\n", seigr_guest_input_find("data", 4),
           seigr_guest_input_find("", 0));
    printf("link %d", seigr_guest_input_link(data, link));
    printf(" %d", seigr_guest_input_by_link(link) == data);
    printf(" %d %d\n", seigr_guest_input_by_link(other),
           seigr_guest_input_link(99, link));
    while ((n = seigr_guest_input_read(data, (uint64_t)at, bytes,
                                       sizeof(bytes))) > 0) {
        printf("read %d\n", n);
        at += n;
    }
    printf("in all %lld, then %d\n", (long long)at, n);
    fflush(stdout);
    seigr_guest_output_write("raw\n", 4);
    printf("%d\n", seigr_guest_output_write(bytes, 0x7ffffffu));
    seigr_guest_log(3, "a word", 6);
    printf("%d\n", seigr_guest_log(9, "a word", 6));
    seigr_guest_checkpoint();
    printf("used %d\n", before > seigr_guest_fuel_left());
    return 0;
}
