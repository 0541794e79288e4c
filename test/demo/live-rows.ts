import { systemClock } from '../../src/kube/index.ts';
import { progressMode } from '../../src/cli/terminal/progress.ts';
import type { Style } from '../../src/cli/terminal/style.ts';
import { LiveTable } from './live-table.ts';
import type { Story } from './story.ts';

const redrawMs = 100;

/** Rows that change while they are shown. */
export interface LiveRows<Row> {
  readonly rows: () => readonly Row[];
  /** For a terminal. */
  readonly table: (rows: readonly Row[], style: Style) => readonly string[];
  /** For streams that nobody can rewrite: what is new since `before`. */
  readonly news: (before: readonly Row[], now: readonly Row[]) => readonly string[];
}

/** Shows the rows as they are, until `work` has ended: rewritten on a terminal, a line for each change elsewhere. */
export async function withLiveRows<Row, T>(story: Story, live: LiveRows<Row>, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const draw = drawing(story, live);
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

function drawing<Row>({ stream, style }: Story, { rows, table, news }: LiveRows<Row>): () => void {
  if (progressMode('auto', style, process.env) === 'line') {
    const shown = new LiveTable(stream);
    return () => shown.show(table(rows(), style));
  }
  let before: readonly Row[] = [];
  return () => {
    const now = rows();
    for (const line of news(before, now)) stream.write(`${line}\n`);
    before = now;
  };
}
