// Loads a snapshot with memlab and prints its classes: `node memlab-summary.mjs FILE`.
import analysis from '@memlab/heap-analysis';

const heap = await analysis.getFullHeapFromFile(process.argv[2]);
const rows = new Map();
heap.nodes.forEach(node => {
  const name = node.type === 'object' || node.type === 'native' ? node.name : `(${node.type})`;
  const row = rows.get(name) ?? {count: 0, self: 0, retained: 0};
  rows.set(name, row);
  row.count++;
  row.self += node.self_size;
  row.retained += node.dominatorNode?.name === node.name ? 0 : node.retainedSize;
});
const sorted = [...rows].sort((a, b) => b[1].retained - a[1].retained);
for (const [name, row] of sorted.slice(0, 20)) console.log(name, row.count, row.self, row.retained);
