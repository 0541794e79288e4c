import { waitFor } from '../bed/index.ts';

/** Sum of all series of a metric that have these labels; 0 where there is none. Reads Prometheus' text format. */
export async function metricValue(
  url: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const text = await (await fetch(url)).text();
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((pair) => line.includes(pair)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Resolves once the builtin engine has read triggers so many times more, with this outcome. */
export async function waitForReads(
  url: string,
  { outcome, times }: { readonly outcome: 'value' | 'error'; readonly times: number },
): Promise<void> {
  const reads = (): Promise<number> => metricValue(url, 'wheelwright_trigger_reads_total', { outcome });
  const before = await reads();
  await waitFor(`${times} more reads`, async () => (await reads()) >= before + times, { timeoutMs: 60_000 });
}
