/* SPDX-License-Identifier: MIT */
/* sieve.c - Eratosthenes: run(n) counts the primes below 1,000,000 n times. */

#define LIMIT 1000000

static unsigned char composite[LIMIT];

unsigned run(unsigned times)
{
    unsigned count = 0;

    for (unsigned t = 0; t < times; t++) {
        count = 0;
        for (unsigned i = 0; i < LIMIT; i++)
            composite[i] = 0;
        for (unsigned i = 2; i < LIMIT; i++) {
            if (composite[i])
                continue;
            count++;
            for (unsigned j = i + i; j < LIMIT; j += i)
                composite[j] = 1;
        }
    }
    return count;
}
