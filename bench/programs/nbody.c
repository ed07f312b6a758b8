/* SPDX-License-Identifier: MIT */
/* nbody.c - five bodies under gravity: run(n) makes n steps and gives a
 * number made of the energy. */

struct body {
    double x, y, z, vx, vy, vz, mass;
};

static struct body bodies[5] = {
    {0, 0, 0, 0, 0, 0, 39.47841760435743},
    {4.84143144246472090, -1.16032004402742839, -0.10362204447112311,
     0.60632639299583202, 2.81198684491626020, -0.02521836165988763,
     0.03769367487038949},
    {8.34336671824457987, 4.12479856412430479, -0.40352341711432138,
     -1.01077434617879236, 1.82566237123041186, 0.00841576137658415,
     0.01128632613196877},
    {12.8943695621391310, -15.1111514016986312, -0.22330757889265573,
     1.08279100644153536, 0.86871301816960822, -0.01083263740136364,
     0.00172372405705971},
    {15.3796971148509165, -25.9193146099879641, 0.17925877295037118,
     0.97909073224389798, 0.59469899864767617, -0.03475595555078104,
     0.00203368686992463},
};

static void advance(double dt)
{
    for (int i = 0; i < 5; i++) {
        struct body *a = &bodies[i];

        for (int j = i + 1; j < 5; j++) {
            struct body *b = &bodies[j];
            const double dx = a->x - b->x;
            const double dy = a->y - b->y;
            const double dz = a->z - b->z;
            const double square = dx * dx + dy * dy + dz * dz;
            const double pull = dt / (square * __builtin_sqrt(square));

            a->vx -= dx * b->mass * pull;
            a->vy -= dy * b->mass * pull;
            a->vz -= dz * b->mass * pull;
            b->vx += dx * a->mass * pull;
            b->vy += dy * a->mass * pull;
            b->vz += dz * a->mass * pull;
        }
    }
    for (int i = 0; i < 5; i++) {
        bodies[i].x += dt * bodies[i].vx;
        bodies[i].y += dt * bodies[i].vy;
        bodies[i].z += dt * bodies[i].vz;
    }
}

static double energy(void)
{
    double sum = 0;

    for (int i = 0; i < 5; i++) {
        const struct body *a = &bodies[i];

        sum += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
        for (int j = i + 1; j < 5; j++) {
            const struct body *b = &bodies[j];
            const double dx = a->x - b->x;
            const double dy = a->y - b->y;
            const double dz = a->z - b->z;

            sum -=
                a->mass * b->mass / __builtin_sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return sum;
}

unsigned run(unsigned steps)
{
    for (unsigned i = 0; i < steps; i++)
        advance(0.01);
    return (unsigned)(int)(energy() * 1000000000.0);
}
