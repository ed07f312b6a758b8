// SPDX-License-Identifier: MIT
// hello.ts - arguments, time and randomness, as AssemblyScript has them.
let sum: u64 = 0;
for (let i: u64 = 0; i < 1000; i++) sum += i * i;
for (let i = 1; i < process.argv.length; i++) console.log(process.argv[i]);
console.log(sum.toString());
console.log((Date.now() / 1000).toString());
const random = Math.random();
console.log(random >= 0 && random < 1 ? "random" : "no number");
process.exit(3);
