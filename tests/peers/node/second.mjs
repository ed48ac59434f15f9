// The engine's second worker.
import {parentPort} from 'node:worker_threads';
import {Worker} from './devtools.mjs';
parentPort.once('message', ({port}) => { new Worker.SecondaryInitManager(port); });
