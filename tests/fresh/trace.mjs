// SPDX-License-Identifier: MIT
// What random modules do under V8, a line each call, as trace.c writes it of
// ours. Modules that overflow V8's own stack are named on standard error.
//
//     node trace.mjs FILE...                 write the lines
//     node trace.mjs --make SEED COUNT DIR   random bytes, for wasm-opt -ttf
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function make(seed, dir) {
  const parts = [];
  const len = 500 + (seed * 7919) % 3500;
  for (let i = 0; i * 32 < len; i++)
    parts.push(createHash('sha256').update(`${seed}/${i}`).digest());
  fs.writeFileSync(path.join(dir, `${seed}`),
                   Buffer.concat(parts).subarray(0, len));
}

const view = new DataView(new ArrayBuffer(8));

// The bit pattern of a value as a decimal number.
function bits(type, value) {
  if (type === 'i64') return BigInt.asUintN(64, value).toString();
  if (type === 'i32') return (value >>> 0).toString();
  if (type === 'f32') {
    view.setFloat32(0, value);
    return view.getUint32(0).toString();
  }
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString();
}

// The types of exported functions, which JavaScript does not tell: read from
// the module's sections.
function signatures(bytes) {
  const names = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64' };
  const types = [];
  const functions = [];
  const exported = new Map();
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const text = () => {
    const len = number();
    at += len;
    return bytes.toString('utf8', at - len, at);
  };
  const vector = (item) => Array.from({ length: number() }, item);
  const valueTypes = () => vector(() => names[bytes[at++]]);
  const imported = () => {
    text();
    text();
    const kind = bytes[at++];
    if (kind === 0) functions.push(number());
    else if (kind === 3) at += 2;
    else throw new Error('an import of another kind');
  };
  while (at < bytes.length) {
    const id = bytes[at++];
    const end = number() + at;
    if (id === 1) {
      vector(() => (at++, types.push([valueTypes(), valueTypes()])));
    } else if (id === 2) {
      vector(imported);
    } else if (id === 3) {
      vector(() => functions.push(number()));
    } else if (id === 7) {
      vector(() => {
        const name = text();
        const kind = bytes[at++];
        const index = number();
        if (kind === 0) exported.set(name, { index, type: functions[index] });
      });
    }
    at = end;
  }
  for (const entry of exported.values()) entry.type = types[entry.type];
  return exported;
}

function trace(file) {
  const bytes = fs.readFileSync(file);
  const name = path.basename(file);
  let log = [];
  const logs = (type) => (value) => {
    log.push(`${type} ${bits(type, value)}\n`);
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    'fuzzing-support': {
      'log-i32': logs('i32'), 'log-i64': logs('i64'),
      'log-f32': logs('f32'), 'log-f64': logs('f64'),
    },
  });
  const lines = [];
  const found = signatures(bytes);
  const limiter = found.get('hangLimitInitializer');
  for (const [call, { index, type: [params, results] }] of found) {
    if (limiter && index === limiter.index) continue;
    exports.hangLimitInitializer?.();
    log = [];
    let line = `${name} ${call}`;
    try {
      const given = exports[call](...params.map((t) => t === 'i64' ? 0n : 0));
      const values = results.length > 1 ? [...given] : [given];
      line += ' ok' + results.map((t, i) => ` ${bits(t, values[i])}`).join('');
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      line += ' trap';
    }
    const memory = Buffer.from(exports.memory?.buffer ?? []);
    lines.push(`${line} log ${log.length} ${sha256(log.join(''))} memory ` +
               `${memory.length / 65536} ${sha256(memory)}\n`);
  }
  process.stdout.write(lines.join(''));
}

const args = process.argv.slice(2);
if (args[0] === '--make') {
  const [seed, count] = args.slice(1, 3).map(Number);
  for (let i = 0; i < count; i++) make(seed + i, args[3]);
} else {
  for (const file of args) {
    try {
      trace(file);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      console.error(file);
    }
  }
}
