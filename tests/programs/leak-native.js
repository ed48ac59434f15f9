// Leaks memory that V8 knows nothing of: each key keeps a copy of its bytes outside. About 4 MB a second.
const { createSecretKey } = require('node:crypto');
const bytes = Buffer.alloc(400_000, 1);
globalThis.leaked = [];
setInterval(() => leaked.push(createSecretKey(bytes)), 100);
console.log('ready');
