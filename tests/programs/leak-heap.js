// Leaks objects into an array: about 2 MB a second.
globalThis.leaked = [];
setInterval(function leak() {
  for (let n = 0; n < 1500; n++) leaked.push({ n, text: `leak ${leaked.length}` });
}, 100);
console.log('ready');
