import { cpus, loadavg, totalmem } from 'node:os';

/** Where it was measured, and how busy that is: figures of a busy machine say little. */
export function machineNote(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown';
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
  const memory = Math.round(totalmem() / 1e9);
  return `${processors.length} processors (${model}), ${memory} GB, Node ${process.versions.node}; load over 1, 5 and 15 minutes ${load}`;
}

/** The same for programs. */
export function machineFigures(): Readonly<Record<string, unknown>> {
  const processors = cpus();
  return {
    processors: processors.length,
    model: processors[0]?.model.trim(),
    load: loadavg(),
    node: process.versions.node,
  };
}
