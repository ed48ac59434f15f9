// Holds something worth a look, and waits. With an argument: so many objects. With `worker`: a thread too.
const { Worker } = require('node:worker_threads');
class Held {
  constructor(n) {
    this.n = n;
  }
}
globalThis.held = Array.from({ length: Number(process.argv[2] ?? 1000) }, (_, n) => new Held(n));
const ready = () => console.log('ready');
setInterval(() => {}, 1000);
// A thread is there for others to see only once it runs.
if (process.argv[3] === 'worker') new Worker('setInterval(() => {}, 1000)', { eval: true }).once('online', ready);
else ready();
