import { describe, expect, it } from 'vitest';
import type { Mark } from './mark.ts';
import type { Style } from './style.ts';
import { type Column, renderTable } from './table.ts';

interface Row {
  readonly name: string;
  readonly state: string;
  readonly next: string;
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'STATE', value: ({ state }) => state, tone: ({ state }) => (state === 'Ready' ? 'green' : 'red') },
  { title: 'EXTRA', value: () => 'more', wide: true, leaveOut: 2 },
  { title: 'NEXT', value: ({ next }) => next, leaveOut: 1 },
];
const rows: readonly Row[] = [
  { name: 'fleet/ap-1', state: 'Unreachable', next: 'tried again by itself' },
  { name: 'fleet/eu-1', state: 'Ready', next: '-' },
];
const pipe: Style = {
  terminal: false,
  colour: false,
  unicode: true,
  accessible: false,
  width: undefined,
  height: undefined,
};
const mark = ({ state }: Row): Mark => (state === 'Ready' ? 'ok' : 'failed');

describe('a table', () => {
  it('has titles in capitals and columns two blanks apart, without blanks at the end of a line', () => {
    expect(renderTable(rows, columns, { style: pipe, wide: false, mark }).lines).toEqual([
      'NAME        STATE        NEXT',
      'fleet/ap-1  Unreachable  tried again by itself',
      'fleet/eu-1  Ready        -',
    ]);
  });

  it('has more columns when wide', () => {
    expect(renderTable(rows, columns, { style: pipe, wide: true }).lines[1]).toBe(
      'fleet/ap-1  Unreachable  more   tried again by itself',
    );
  });

  it('has marks in the margin of a terminal only', () => {
    const terminal = { ...pipe, terminal: true, width: 80 };
    expect(renderTable(rows, columns, { style: terminal, wide: false, mark }).lines).toEqual([
      '  NAME        STATE        NEXT',
      '✗ fleet/ap-1  Unreachable  tried again by itself',
      '✓ fleet/eu-1  Ready        -',
    ]);
  });

  it('has words for marks where there are no symbols', () => {
    const terminal = { ...pipe, terminal: true, width: 80, unicode: false };
    expect(renderTable(rows, columns, { style: terminal, wide: false, mark }).lines).toEqual([
      '     NAME        STATE        NEXT',
      'FAIL fleet/ap-1  Unreachable  tried again by itself',
      'ok   fleet/eu-1  Ready        -',
    ]);
  });

  it('aligns coloured cells like plain ones', () => {
    const { lines } = renderTable(rows, columns, { style: { ...pipe, colour: true }, wide: false });
    expect(lines[2]).toBe('fleet/eu-1  \u001B[32mReady\u001B[39m        -');
  });

  it('leaves columns out where there is no room, and says which', () => {
    const narrow = { ...pipe, terminal: true, width: 30 };
    expect(renderTable(rows, columns, { style: narrow, wide: true })).toEqual({
      lines: ['NAME        STATE', 'fleet/ap-1  Unreachable', 'fleet/eu-1  Ready'],
      leftOut: ['EXTRA', 'NEXT'],
    });
  });

  it('cuts the last column rather than wrapping a row', () => {
    const narrow = { ...pipe, terminal: true, width: 20 };
    const { lines } = renderTable(rows, columns, { style: narrow, wide: false });
    expect(lines).toEqual(['NAME        STATE', 'fleet/ap-1  Unreach…', 'fleet/eu-1  Ready']);
  });

  it('shows nothing that could command the terminal', () => {
    const evil = [{ name: 'a', state: '\u001B[2Jgone', next: 'two\nlines' }];
    expect(renderTable(evil, columns, { style: pipe, wide: false }).lines[1]).toBe('a     gone   two lines');
  });

  it('is one labelled sentence for each row when read aloud', () => {
    const aloud = { ...pipe, accessible: true };
    expect(renderTable(rows, columns, { style: aloud, wide: false, mark }).lines).toEqual([
      'Name fleet/ap-1, failed: state Unreachable, next tried again by itself.',
      'Name fleet/eu-1, ok: state Ready, next none.',
    ]);
  });
});
