// Bundles the heap snapshot worker of chrome-devtools-frontend for Node: `node bundle.mjs`.
import fs from 'node:fs';
import path from 'node:path';
import {build} from 'esbuild';

const front = './node_modules/chrome-devtools-frontend/front_end';
const entry = `
  export * as Worker from '${front}/entrypoints/heap_snapshot_worker/HeapSnapshot.ts';
  export * as Loader from '${front}/entrypoints/heap_snapshot_worker/HeapSnapshotLoader.ts';
  export * as Model from '${front}/models/heap_snapshot/HeapSnapshotModel.ts';
  export * as Locale from '${front}/core/i18n/DevToolsLocale.ts';`;

// Sources import `.js` where `.ts` lies; the list of locales is made by another build; the proxy
// of the worker belongs to the user interface.
const sources = {
  name: 'sources',
  setup({onResolve, onLoad}) {
    onResolve({filter: /\.js$/}, ({path: wanted, resolveDir}) => {
      if (wanted.endsWith('/locales.js')) return {path: wanted, namespace: 'locales'};
      if (!wanted.startsWith('.')) return undefined;
      const found = path.resolve(resolveDir, wanted);
      if (found.endsWith('HeapSnapshotProxy.js')) return {path: found, namespace: 'nothing'};
      const typed = found.replace(/\.js$/, '.ts');
      return !fs.existsSync(found) && fs.existsSync(typed) ? {path: typed} : undefined;
    });
    const locales = `export const LOCALES=['en-US'],BUNDLED_LOCALES=['en-US'],DEFAULT_LOCALE='en-US',
      REMOTE_FETCH_PATTERN='',LOCAL_FETCH_PATTERN='';`;
    onLoad({filter: /./, namespace: 'locales'}, () => ({contents: locales, loader: 'js'}));
    onLoad({filter: /./, namespace: 'nothing'}, () => ({contents: 'export {}', loader: 'js'}));
  },
};

await build({
  stdin: {contents: entry, resolveDir: process.cwd(), loader: 'ts'},
  outfile: 'devtools.mjs', bundle: true, format: 'esm', platform: 'node', target: 'node20',
  plugins: [sources], logLevel: 'error', external: ['node:*'],
  // Node 20 lacks Promise.withResolvers.
  banner: {js: `Promise.withResolvers ??= function () {
    let resolve, reject;
    const promise = new Promise((yes, no) => { resolve = yes; reject = no; });
    return {promise, resolve, reject};
  };`},
  tsconfigRaw: {compilerOptions: {experimentalDecorators: true, useDefineForClassFields: false}},
});
