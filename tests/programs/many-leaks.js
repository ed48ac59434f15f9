// Leaks in seven ways at once, beside one big structure that does not grow.
// Usage: node many-leaks.js DIR   writes before.heapsnapshot, middle.heapsnapshot, after.heapsnapshot.
'use strict';
const v8 = require('v8'), path = require('path'), { EventEmitter } = require('events');

class Session { constructor(id) { this.id = 'session-' + id; this.data = new Array(20).fill(id + 0.5); } }
class Entry { constructor(value, next) { this.value = value; this.next = next; } }

const sessions = new Map();          // a Map
const seenTokens = new Set();        // a Set of new strings
const byUrl = {};                    // an object used as a dictionary
const bus = new EventEmitter();      // a listener list
bus.setMaxListeners(0);
const queue = { head: null };        // a linked list
const callbacks = [];                // closures
const timers = [];                   // timers that never end
const stable = new Map();            // big, and does not grow
for (let i = 0; i < 5000; i++) stable.set('stable-' + i, new Session(-i));

function request(i) {
  sessions.set('key-' + i, new Session(i));
  seenTokens.add('token-' + i + '-' + 'x'.repeat(32));
  byUrl['/page/' + i] = { body: 'body of ' + i, at: new Date(i) };
  bus.on('data', function onData() { return i; });
  queue.head = new Entry({ payload: 'item ' + i }, queue.head);
  const big = new Array(50).fill(i + 0.5);
  callbacks.push(() => big.length);
  timers.push(setInterval(() => i, 3600e3));
}

let next = 0;
const serve = count => { for (let i = 0; i < count; i++) request(next++); };
const write = name => v8.writeHeapSnapshot(path.join(process.argv[2], name + '.heapsnapshot'));
serve(100);                          // warm up
write('before');
serve(500);
write('middle');
serve(500);
write('after');
for (const timer of timers) clearInterval(timer);
