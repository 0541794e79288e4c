import { describe, expect, it } from 'vitest';
import type { ManagedFieldsEntry } from '../api/index.ts';
import { inheritedFields } from './inherit-fields.ts';

const lastApplied = 'f:kubectl.kubernetes.io/last-applied-configuration';
const notes = { '.': {}, 'f:manifestival': {}, [lastApplied]: {} };

function entry(
  manager: string,
  operation: 'Apply' | 'Update',
  fieldsV1: Readonly<Record<string, unknown>>,
  changes: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry {
  return { manager, operation, apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1, ...changes };
}

const ours = entry('wheelwright', 'Apply', { 'f:data': { 'f:a': {} } });
const theirs = entry('manifestival', 'Update', {
  'f:data': { '.': {}, 'f:a': {}, 'f:b': {} },
  'f:metadata': { 'f:annotations': { ...notes, 'f:mine': {} }, 'f:labels': { 'f:x': {} } },
});

describe('the fields of an object that the reference operator wrote', () => {
  it('become ours, but for the annotations that it writes for itself', () => {
    const other = entry('kubectl-edit', 'Update', { 'f:data': { 'f:c': {} } });
    expect(inheritedFields([theirs, other, ours], 'wheelwright')).toEqual([
      {
        ...theirs,
        fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:manifestival': {}, [lastApplied]: {} } } },
      },
      other,
      {
        ...ours,
        fieldsV1: {
          'f:data': { '.': {}, 'f:a': {}, 'f:b': {} },
          'f:metadata': { 'f:annotations': { 'f:mine': {} }, 'f:labels': { 'f:x': {} } },
        },
      },
    ]);
  });

  it('stay as they are once that is done', () => {
    const done = inheritedFields([theirs, ours], 'wheelwright');
    expect(inheritedFields(done, 'wheelwright')).toBeUndefined();
  });

  it.each([
    ['there is nothing', undefined],
    ['there are only ours', [ours]],
    ['we own nothing yet', [theirs]],
    ['it has written the status only', [ours, { ...theirs, subresource: 'status' }]],
    [
      'it has nothing but its notes',
      [ours, entry('manifestival', 'Update', { 'f:metadata': { 'f:annotations': notes } })],
    ],
    ['somebody applies under its name', [ours, { ...theirs, operation: 'Apply' as const }]],
  ])('are left alone where %s', (_what, managedFields) => {
    expect(inheritedFields(managedFields, 'wheelwright')).toBeUndefined();
  });

  it('are given up where they are of another version of the API', () => {
    const older = { ...theirs, apiVersion: 'v1beta1' };
    const [left, mine] = inheritedFields([older, ours], 'wheelwright') ?? [];
    expect(mine).toEqual(ours);
    expect(left?.fieldsV1).not.toHaveProperty('f:data');
  });
});
