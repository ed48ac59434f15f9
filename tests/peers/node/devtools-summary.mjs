// Loads a snapshot with Chrome DevTools' engine and prints its Summary: `node devtools-summary.mjs FILE`.
import fs from 'node:fs';
import {MessageChannel, Worker as Thread} from 'node:worker_threads';
import {Loader, Locale, Model} from './devtools.mjs';

try {
  const data = {navigatorLanguage: 'en-US', settingLanguage: 'en-US', lookupClosestDevToolsLocale: () => 'en-US'};
  Locale.DevToolsLocale.instance({create: true, data});
} catch {}

const loader = new Loader.HeapSnapshotLoader({sendEvent() {}});
const decoder = new TextDecoder();
for await (const chunk of fs.createReadStream(process.argv[2], {highWaterMark: 10_000_000})) {
  loader.write(decoder.decode(chunk, {stream: true}));
  await new Promise(resolve => setImmediate(resolve));
}
loader.close();
const channel = new MessageChannel();
const second = new Thread(new URL('./second.mjs', import.meta.url), {resourceLimits: {maxOldGenerationSizeMb: 16000}});
second.postMessage({port: channel.port2}, [channel.port2]);
const snapshot = await loader.buildSnapshot(channel.port1);
channel.port1.close();
await second.terminate();

const rows = Object.values(snapshot.aggregatesWithFilter(new Model.NodeFilter()));
rows.sort((a, b) => b.maxRet - a.maxRet);
for (const row of rows.slice(0, 20)) console.log(row.name, row.count, row.self, row.maxRet);
process.exit(0);
