// Holds something worth a look, and waits. With an argument: so many objects. With `worker`: a thread too.
const { Worker } = require('node:worker_threads');
class Held {
  constructor(n) {
    this.n = n;
  }
}
globalThis.held = Array.from({ length: Number(process.argv[2] ?? 1000) }, (_, n) => new Held(n));
if (process.argv[3] === 'worker') new Worker('setInterval(() => {}, 1000)', { eval: true });
setInterval(() => {}, 1000);
console.log('ready');
