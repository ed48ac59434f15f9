// Blocks its main thread for some seconds in a call that nothing interrupts: at once, after so many ms, or when
// SIGUSR2 asks for it; leaks nothing.
const { execFileSync } = require('node:child_process');
const [seconds = '8', after = '10'] = process.argv.slice(2);
const block = () => execFileSync('sleep', [seconds]);
if (after === 'asked') process.on('SIGUSR2', block);
else setTimeout(block, Number(after));
console.log('ready');
setInterval(() => {}, 1000);
