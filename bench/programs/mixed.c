/* SPDX-License-Identifier: MIT */
/* mixed.c - what embedded programs do: a linked list is searched and sorted,
 * small integer matrices are multiplied, a state machine reads numbers from
 * text, and a CRC-16 runs over all results. run(n) does n rounds and gives
 * the CRC. */

typedef unsigned short u16;
typedef unsigned u32;

#define NODES 64
#define SIZE 10

struct node {
    struct node *next;
    short key;
    short value;
};

static struct node nodes[NODES];
static short left[SIZE][SIZE], right[SIZE][SIZE];
static int product[SIZE][SIZE];
static const char text[] = "5012,-874,+122,-0.5e3,1.25,7.5E-2,x12,0x1f,,99e";

static u16 crc(u16 sum, u32 value, int bits)
{
    for (int i = 0; i < bits; i++) {
        const u32 carry = (sum ^ value) & 1;

        sum >>= 1;
        value >>= 1;
        if (carry)
            sum ^= 0xa001;
    }
    return sum;
}

static struct node *list_make(u32 seed)
{
    for (int i = 0; i < NODES; i++) {
        seed = seed * 1103515245 + 12345;
        nodes[i].key = (short)(seed >> 16);
        nodes[i].value = (short)i;
        nodes[i].next = i + 1 < NODES ? &nodes[i + 1] : 0;
    }
    return nodes;
}

static struct node *list_find(struct node *list, short value)
{
    while (list && list->value != value)
        list = list->next;
    return list;
}

static struct node *list_reverse(struct node *list)
{
    struct node *done = 0;

    while (list) {
        struct node *next = list->next;

        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

static struct node *list_merge(struct node *a, struct node *b)
{
    struct node head;
    struct node *last = &head;

    while (a && b) {
        if (a->key <= b->key) {
            last->next = a;
            a = a->next;
        } else {
            last->next = b;
            b = b->next;
        }
        last = last->next;
    }
    last->next = a ? a : b;
    return head.next;
}

static struct node *list_sort(struct node *list, int count)
{
    struct node *middle = list;
    struct node *second;

    if (count < 2)
        return list;
    for (int i = 1; i < count / 2; i++)
        middle = middle->next;
    second = middle->next;
    middle->next = 0;
    return list_merge(list_sort(list, count / 2),
                      list_sort(second, count - count / 2));
}

static u16 list_round(u32 seed, u16 sum)
{
    struct node *list = list_make(seed);

    for (short i = 0; i < 16; i++) {
        const struct node *found = list_find(list, (short)(i * 5 + 1));

        sum = crc(sum, found ? (u16)found->key : 0xffff, 16);
        list = list_reverse(list);
    }
    for (list = list_sort(list, NODES); list; list = list->next)
        sum = crc(sum, (u16)list->value, 8);
    return sum;
}

static u16 matrix_round(u32 seed, u16 sum)
{
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            seed = seed * 1103515245 + 12345;
            left[i][j] = (short)(seed >> 20);
            right[i][j] = (short)(seed >> 24);
        }
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            int total = 0;

            for (int k = 0; k < SIZE; k++)
                total += left[i][k] * right[k][j];
            product[i][j] = total;
        }
    for (int i = 0; i < SIZE; i++)
        sum = crc(sum, (u32)product[i][(i * 3) % SIZE], 32);
    return sum;
}

enum { START, SIGN, WHOLE, POINT, FRACTION, EXPONENT, POWER_SIGN, POWER, BAD };

static int state_next(int state, char c)
{
    const int digit = c >= '0' && c <= '9';

    switch (state) {
    case START:
        return digit                  ? WHOLE
               : c == '+' || c == '-' ? SIGN
               : c == '.'             ? POINT
                                      : BAD;
    case SIGN:
        return digit ? WHOLE : c == '.' ? POINT : BAD;
    case WHOLE:
        return digit                  ? WHOLE
               : c == '.'             ? POINT
               : c == 'e' || c == 'E' ? EXPONENT
                                      : BAD;
    case POINT:
    case FRACTION:
        return digit ? FRACTION : c == 'e' || c == 'E' ? EXPONENT : BAD;
    case EXPONENT:
        return digit ? POWER : c == '+' || c == '-' ? POWER_SIGN : BAD;
    case POWER_SIGN:
    case POWER:
        return digit ? POWER : BAD;
    default:
        return BAD;
    }
}

static u16 state_round(u32 seed, u16 sum)
{
    u32 counts[BAD + 1] = {0};
    int state = START;

    for (u32 i = 0; i < sizeof(text); i++) {
        char c = text[i];

        if ((seed >> (i & 31) & 7) == 7)
            c ^= 3;
        if (c == ',' || c == 0) {
            counts[state]++;
            state = START;
        } else {
            state = state_next(state, c);
        }
    }
    for (int i = 0; i <= BAD; i++)
        sum = crc(sum, counts[i], 8);
    return sum;
}

unsigned run(unsigned rounds)
{
    u16 sum = 0;

    for (u32 i = 0; i < rounds; i++) {
        sum = list_round(i, sum);
        sum = matrix_round(i, sum);
        sum = state_round(i * 2654435761u, sum);
    }
    return sum;
}
