/* SPDX-License-Identifier: MIT */
/*
 * whole.c - a program that does nothing: with every public function linked
 * in it says what the whole library costs.
 */
int main(void)
{
    return 0;
}
