/* SPDX-License-Identifier: MIT */
/* matmul.c - multiplies 64 x 64 matrices of doubles: run(n) does it n times
 * and gives a number made of the last product. */

#define SIZE 64

static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

unsigned run(unsigned times)
{
    double sum = 0;

    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = i + j * 0.5;
            b[i][j] = i - j * 0.25;
        }
    for (unsigned t = 0; t < times; t++) {
        for (int i = 0; i < SIZE; i++)
            for (int j = 0; j < SIZE; j++) {
                double s = 0;

                for (int k = 0; k < SIZE; k++)
                    s += a[i][k] * b[k][j];
                c[i][j] = s;
            }
        a[0][t % SIZE] += 1;
    }
    for (int i = 0; i < SIZE; i++)
        sum += c[i][i];
    return (unsigned)(long long)sum;
}
