// Blocks its main thread for some seconds in a call that nothing interrupts, at once or after so many ms; leaks
// nothing.
const { execFileSync } = require('node:child_process');
console.log('ready');
setTimeout(() => execFileSync('sleep', [process.argv[2] ?? '8']), Number(process.argv[3] ?? 10));
setInterval(() => {}, 1000);
