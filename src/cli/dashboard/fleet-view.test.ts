import { describe, expect, it } from 'vitest';
import { fleetView, rowsPerPage } from './fleet-view.ts';

const many = Array.from({ length: 250 }, (_, index) => ({
  name: `fleet/eu-${index}`,
  state: index % 50 === 0 ? 'Unreachable' : 'Ready',
  message: index === 7 ? 'certificate has expired' : undefined,
}));
const fleet = { clusters: many, members: [], scaledObjects: [] } as never;

describe('the part of a fleet that a page shows', () => {
  it.each([
    [
      'the first page',
      { filter: '', page: 1 },
      { first: 'fleet/eu-0', rows: 100, matching: 250, page: 1, pages: 3 },
    ],
    [
      'the last page',
      { filter: '', page: 3 },
      { first: 'fleet/eu-200', rows: 50, matching: 250, page: 3, pages: 3 },
    ],
    [
      'a page beyond the last',
      { filter: '', page: 9 },
      { first: 'fleet/eu-200', rows: 50, matching: 250, page: 3, pages: 3 },
    ],
    [
      'those in a state',
      { filter: 'unREACH', page: 1 },
      { first: 'fleet/eu-0', rows: 5, matching: 5, page: 1, pages: 1 },
    ],
    [
      'those with a message',
      { filter: 'expired', page: 1 },
      { first: 'fleet/eu-7', rows: 1, matching: 1, page: 1, pages: 1 },
    ],
    [
      'those with every word',
      { filter: 'unreachable 150', page: 1 },
      { first: 'fleet/eu-150', rows: 1, matching: 1, page: 1, pages: 1 },
    ],
    ['none', { filter: 'nope', page: 1 }, { first: undefined, rows: 0, matching: 0, page: 1, pages: 1 }],
  ])('is %s', (_, asked, { first, rows, matching, ...pages }) => {
    const view = fleetView(fleet, asked);
    expect(view).toMatchObject(pages);
    expect(view.clusters).toMatchObject({ matching, all: 250 });
    expect(view.clusters.rows).toHaveLength(rows);
    expect(view.clusters.rows[0]?.name).toBe(first);
    expect(rows).toBeLessThanOrEqual(rowsPerPage);
  });
});
