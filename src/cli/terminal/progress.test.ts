import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { Progress, progressMode, type ProgressMode, type ProgressState } from './progress.ts';
import type { Style } from './style.ts';

const pipe: Style = {
  terminal: false,
  colour: false,
  unicode: true,
  accessible: false,
  width: undefined,
  height: undefined,
};
const begun: ProgressState = {
  task: 'Checking clusters',
  done: 0,
  total: 3,
  waitingFor: ['ap-1', 'eu-1', 'us-2'],
};
const half: ProgressState = { ...begun, done: 2, waitingFor: ['ap-1'] };

function start(mode: ProgressMode, style: Style = pipe) {
  const clock = new ManualClock();
  const written: string[] = [];
  const stream = {
    isTTY: style.terminal,
    columns: style.width,
    rows: style.height,
    write: (text: string) => void written.push(text),
  };
  return { clock, written, progress: new Progress({ mode, stream, style, clock }, begun) };
}

describe('progress elsewhere than on a terminal', () => {
  it('says nothing about what is over soon', async () => {
    const { clock, written, progress } = start('plain');
    await clock.advance(1_900);
    progress.update(half);
    await progress.end();
    expect(written).toEqual([]);
  });

  it('is a line for each change, and one each 15 seconds', async () => {
    const { clock, written, progress } = start('plain');
    await clock.advance(4_000);
    progress.update(half);
    await clock.advance(11_000);
    await clock.advance(15_000);
    await progress.end();
    expect(written).toEqual([
      'Checking clusters: 2 of 3 done, 4s, waiting for ap-1\n',
      'Checking clusters: 2 of 3 done, 15s, waiting for ap-1\n',
      'Checking clusters: 2 of 3 done, 30s, waiting for ap-1\n',
    ]);
  });

  it('is JSON lines for programs', async () => {
    const { clock, written, progress } = start('json');
    await clock.advance(1_500);
    progress.update(half);
    await progress.end();
    expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([{ ...half, elapsedMs: 1_500 }]);
  });

  it('is nothing when nobody wants it', async () => {
    const { clock, written, progress } = start('none');
    progress.update(half);
    await clock.advance(60_000);
    await progress.end();
    expect(written).toEqual([]);
    expect(clock.sleeping).toBe(0);
  });
});

describe('progress on a terminal', () => {
  const terminal = { ...pipe, terminal: true, width: 80 };

  it('says nothing about what is over soon', async () => {
    const { clock, written, progress } = start('line', terminal);
    progress.update(half);
    await clock.advance(400);
    await progress.end();
    expect(written).toEqual([]);
  });

  it('rewrites one line, at most ten times a second, and takes it away at the end', async () => {
    const { clock, written, progress } = start('line', terminal);
    await clock.advance(550);
    for (let done = 0; done < 100; done++) progress.update({ ...half, done });
    await clock.advance(60);
    await progress.end();
    expect(written).toEqual([
      '\r\u001B[2KChecking clusters: 0 of 3 done, 0s, waiting for ap-1 and 2 more',
      '\r\u001B[2KChecking clusters: 99 of 3 done, 0s, waiting for ap-1',
      '\r\u001B[2K',
    ]);
  });

  it('writes nothing while nothing changes', async () => {
    const { clock, written, progress } = start('line', terminal);
    await clock.advance(990);
    expect(written).toHaveLength(1);
    await clock.advance(1_000);
    await progress.end();
    expect(written.filter((text) => text.includes('Checking'))).toHaveLength(2);
  });

  it('never fills the line', async () => {
    const { clock, written, progress } = start('line', { ...terminal, width: 30 });
    await clock.advance(600);
    await progress.end();
    expect(written[0]).toBe('\r\u001B[2KChecking clusters: 0 of 3 do…');
  });

  it('leaves no timer behind', async () => {
    const { clock, progress } = start('line', terminal);
    await clock.advance(700);
    await progress.end();
    await progress.end();
    expect(clock.sleeping).toBe(0);
  });
});

describe('how progress is told', () => {
  const terminal = { terminal: true, accessible: false };

  it.each([
    ['on a terminal in one line', undefined, terminal, {}, 'line'],
    ['the same with auto', 'auto', terminal, {}, 'line'],
    ['in lines in a pipe', undefined, { ...terminal, terminal: false }, {}, 'plain'],
    ['in lines in CI', undefined, terminal, { CI: 'true' }, 'plain'],
    ['in lines on a dumb terminal', undefined, terminal, { TERM: 'dumb' }, 'plain'],
    ['in lines to a screen reader', undefined, { ...terminal, accessible: true }, {}, 'plain'],
    ['not at all with --no-progress', false, terminal, {}, 'none'],
    ['as JSON where asked for', 'json', terminal, {}, 'json'],
  ] as const)('%s', (_, choice, style, env, mode) => {
    expect(progressMode(choice, style, env)).toBe(mode);
  });
});
