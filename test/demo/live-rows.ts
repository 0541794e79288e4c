import { systemClock } from '../../src/kube/index.ts';
import { progressMode } from '../../src/cli/terminal/progress.ts';
import { LiveTable } from './live-table.ts';
import { spokeNews, type SpokeRow, spokeTable } from './spoke-rows.ts';
import type { Story } from './story.ts';

const redrawMs = 100;

/** Shows the rows as they are, until `work` has ended: rewritten on a terminal, a line for each change elsewhere. */
export async function withLiveRows<T>(
  story: Story,
  rows: () => readonly SpokeRow[],
  work: Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const draw = drawing(story, rows);
  const frames = async (): Promise<void> => {
    while (!over.signal.aborted) {
      draw();
      await systemClock.sleep(redrawMs, over.signal).catch(() => undefined);
    }
  };
  const shown = frames();
  try {
    return await work;
  } finally {
    over.abort();
    await shown;
    draw();
  }
}

function drawing({ stream, style }: Story, rows: () => readonly SpokeRow[]): () => void {
  if (progressMode('auto', style, process.env) === 'line') {
    const table = new LiveTable(stream);
    return () => table.show(spokeTable(rows(), style));
  }
  let before: readonly SpokeRow[] = [];
  return () => {
    const now = rows();
    for (const news of spokeNews(before, now)) stream.write(`${news}\n`);
    before = now;
  };
}
