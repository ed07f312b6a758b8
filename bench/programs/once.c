/* SPDX-License-Identifier: MIT */
/* once.c - a call with a given argument, for interpreters that give none. */

unsigned run(unsigned n);

unsigned once(void)
{
    return run(ARGUMENT);
}
