/* SPDX-License-Identifier: MIT */
/*
 * main.c - a program of somebody else: it sees installed headers only.
 */
#include <seigr/seigr.h>

#include <stdio.h>
#include <string.h>

int main(void)
{
    printf("seigr %s %s\n", seigr_version(), seigr_strerror(SEIGR_E_KEY));
    return strstr(seigr_strerror(SEIGR_E_KEY), "key") == NULL;
}
