// Leaks array buffers: about 4 MB a second, next to nothing in the heap.
globalThis.leaked = [];
setInterval(() => leaked.push(new ArrayBuffer(400_000)), 100);
console.log('ready');
