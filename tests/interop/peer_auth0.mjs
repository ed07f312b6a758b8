// SPDX-License-Identifier: MIT
// @auth0/cose's side of run.sh: peer_auth0.mjs sign|verify; lines as
// interop.c. It signs without external data and always attaches the payload.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Algorithms, Headers, ProtectedHeaders, Sign1, UnprotectedHeaders }
  from '@auth0/cose';

const field = (text) => Buffer.from(text === '-' ? '' : text, 'hex');
const hexed = (bytes) => Buffer.from(bytes).toString('hex') || '-';
const b64 = (bytes) => Buffer.from(bytes).toString('base64url');

// PKCS #8 of an Ed25519 seed: the seed behind 16 fixed bytes.
const privateKey = (seed) => createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'),
    seed]),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = (bytes) => createPublicKey({
  key: { kty: 'OKP', crv: 'Ed25519', x: b64(bytes) },
  format: 'jwk',
});

async function sign(line) {
  const [form, seed, kid, type, , payload] = line.split(' ');
  const kept = Number(form) & 5;
  const key = privateKey(field(seed));
  const x = createPublicKey(key).export({ format: 'jwk' }).x;
  const signed = [[Headers.Algorithm, Algorithms.EdDSA]];
  const other = [];
  if (type !== '-') signed.push([Headers.ContentType, type]);
  (kept & 4 ? other : signed).push([Headers.KeyID, field(kid)]);
  const message = await Sign1.sign(new ProtectedHeaders(signed),
    new UnprotectedHeaders(other), field(payload), key);
  const bytes = kept & 1 ? message.encode().subarray(1) : message.encode();
  console.log(kept, Buffer.from(x, 'base64url').toString('hex'), '-', payload,
    hexed(bytes));
}

async function verify(line) {
  const [form, key, aad, payload, message] = line.split(' ');
  const detached = (Number(form) & 2) !== 0;
  try {
    const decoded = Sign1.decode(field(message));
    await decoded.verify(publicKey(field(key)), {
      externalAAD: field(aad),
      ...(detached ? { detachedPayload: field(payload) } : {}),
    });
    if (!detached && hexed(decoded.payload) !== payload) {
      throw new Error('another payload');
    }
    console.log('ok');
  } catch (why) {
    console.log('refused', String(why.message).replaceAll('\n', ' '));
  }
}

const work = { sign, verify }[process.argv[2]];
for await (const line of createInterface({ input: process.stdin })) {
  await work(line);
}
