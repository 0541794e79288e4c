import { beforeEach, describe, expect, it } from 'vitest';
import { LiveTable } from './live-table.ts';

describe('a table that is rewritten in place', () => {
  let written: string[];
  let table: LiveTable;
  beforeEach(() => {
    written = [];
    table = new LiveTable({ write: (text) => void written.push(text) });
  });

  it('is written where the cursor is at first', () => {
    table.show(['SPOKE', 'spoke-1']);
    expect(written).toEqual(['SPOKE\nspoke-1\n']);
  });

  it('goes up over all it wrote before, and clears that', () => {
    table.show(['SPOKE', 'spoke-1', 'spoke-2']);
    table.show(['SPOKE', 'spoke-1']);
    table.show(['SPOKE', 'spoke-9']);
    expect(written.slice(1)).toEqual([
      '\u001B[3A\r\u001B[JSPOKE\nspoke-1\n',
      '\u001B[2A\r\u001B[JSPOKE\nspoke-9\n',
    ]);
  });

  it('writes nothing while nothing is new', () => {
    table.show(['SPOKE']);
    table.show(['SPOKE']);
    expect(written).toHaveLength(1);
  });
});
