// SPDX-License-Identifier: MIT
// Take the WebAssembly modules out of installed npm packages, as the
// packages' own code hands them to the engine that runs this.
//
//     node extract_real.cjs NODE_MODULES TRACES OUT
//
// TRACES holds NAME.trace.json with the sha256 of each module wanted; OUT
// receives NAME.wasm. The exit status is not 0 if one is not found.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const [modules, traces, out] = process.argv.slice(2);
const wanted = new Map();
for (const file of fs.readdirSync(traces)) {
  if (!file.endsWith('.trace.json')) continue;
  const trace = JSON.parse(fs.readFileSync(path.join(traces, file)));
  wanted.set(trace.sha256, file.replace('.trace.json', '.wasm'));
}

function offer(source) {
  const bytes = Buffer.from(source.buffer ?? source, source.byteOffset ?? 0,
                            source.byteLength);
  const name = wanted.get(createHash('sha256').update(bytes).digest('hex'));
  if (name) {
    fs.writeFileSync(path.join(out, name), bytes);
    wanted.forEach((value, key) => value === name && wanted.delete(key));
  }
}

// Every way into WebAssembly passes here.
const { Module, compile, instantiate } = WebAssembly;
const isModule = (value) => value instanceof Module;
WebAssembly.Module = class extends Module {
  constructor(bytes) {
    offer(bytes);
    super(bytes);
  }
};
WebAssembly.compile = (bytes) => (offer(bytes), compile(bytes));
WebAssembly.instantiate = (bytes, imports) => {
  if (!isModule(bytes)) offer(bytes);
  return instantiate(bytes, imports);
};

const load = (name) => require(path.resolve(modules, name));
async function main() {
  fs.mkdirSync(out, { recursive: true });
  const tries = [
    () => load('blake2b-wasm').ready(() => {}),
    () => load('hash-wasm').argon2id({
      password: 'p', salt: '12345678', parallelism: 1, iterations: 1,
      memorySize: 8, hashLength: 32,
    }),
    () => import(path.resolve(modules, 'cjs-module-lexer/dist/lexer.mjs'))
      .then((lexer) => lexer.init()),
    () => offer(load('undici/lib/llhttp/llhttp-wasm.js')),
    () => offer(fs.readFileSync(
      path.resolve(modules, 'source-map/lib/mappings.wasm'))),
    () => import(path.resolve(modules, 'long/index.js')),
    () => {
      const { newInstance, ChaCha20Poly1305 } =
        load('@chainsafe/as-chacha20poly1305');
      new ChaCha20Poly1305(newInstance?.());
    },
  ];
  for (const attempt of tries) {
    try {
      await attempt();
    } catch (error) {
      console.error(String(error));
    }
  }
  for (const name of wanted.values()) console.error(`not found: ${name}`);
  process.exitCode = wanted.size === 0 ? 0 : 1;
}
main();
