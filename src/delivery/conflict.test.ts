import { describe, expect, it } from 'vitest';
import { ownedOnPurpose, readConflicts } from './conflict.ts';

const cause = (message: string) => ({ reason: 'FieldManagerConflict', message, field: '.spec.replicas' });

describe('conflicts of a server-side apply', () => {
  it.each([
    ['an edit', 'conflict with "kubectl-edit" using apps/v1', false],
    ['an edit with its time', 'conflict with "kubectl-edit" using apps/v1 at 2026-11-21T10:00:00Z', false],
    ['a scale by hand', 'conflict with "kubectl" with subresource "scale" using apps/v1', false],
    ['an apply under another name', 'conflict with "team-a"', true],
    ['an autoscaler', 'conflict with "kube-controller-manager" with subresource "scale" using apps/v1', true],
    ['a controller that writes objects', 'conflict with "kube-controller-manager" using apps/v1', false],
  ])('tells whether %s owns its field on purpose', (_who, message, onPurpose) => {
    expect(readConflicts([cause(message)]).map(ownedOnPurpose)).toEqual([onPurpose]);
  });

  it('reads names with quotes in them', () => {
    expect(readConflicts([cause(String.raw`conflict with "a\"b" using v1`)])[0]?.manager).toBe(
      String.raw`a\"b`,
    );
  });

  it('finds none in another kind of conflict', () => {
    expect(readConflicts([{ reason: 'FieldValueInvalid', message: 'x', field: 'y' }])).toEqual([]);
    expect(readConflicts(undefined)).toEqual([]);
  });
});
