// Makes garbage of every kind, and keeps none of it.
const { createSecretKey } = require('node:crypto');
globalThis.kept = null;
setInterval(() => {
  kept = Array.from({ length: 2000 }, (_, n) => ({ n, text: `garbage ${n}` }));
  kept.push(new ArrayBuffer(100_000), createSecretKey(Buffer.alloc(10_000, 1)));
}, 20);
setTimeout(() => console.log('ready'), 3000);
