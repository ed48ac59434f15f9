// Answers a request a few times a second; `remember` keeps a context of each in a map and nothing takes it out.
const contexts = new Map();
class Context {
  constructor(handle) {
    this.handle = handle;
    this.fields = ['url', 'method', 'started'].map((name) => ({ name }));
  }
}
function remember(handle) {
  contexts.set(`handle-${handle}`, new Context(handle));
}
function respond() {
  return Array.from({ length: 50 }, (_, at) => `part ${at}`).join();
}
let handle = 0;
setInterval(function request() {
  for (let n = 0; n < 20; n++) remember(handle++);
  respond();
}, 100);
console.log('ready');
