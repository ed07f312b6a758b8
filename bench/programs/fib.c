/* SPDX-License-Identifier: MIT */
/* fib.c - calls and little else: run(n) gives Fibonacci's number n. */

static unsigned fib(unsigned n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

unsigned run(unsigned n)
{
    return fib(n);
}
