import { describe, expect, it } from 'vitest';
import type { ManagedFieldsEntry } from '../api/index.ts';
import { ownedFieldsHash } from './owned-fields.ts';

const ours: ManagedFieldsEntry = {
  manager: 'wheelwright',
  operation: 'Apply',
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } },
};
const hash = (...entries: ManagedFieldsEntry[]) => ownedFieldsHash(entries, 'wheelwright');

describe('the hash of the fields we own', () => {
  it.each([
    ['the time of the apply', { ...ours, time: '2027-01-01T00:00:00Z' }],
    ['the version it is shown in', { ...ours, apiVersion: 'v2' }],
    ['the order of the fields', { ...ours, fieldsV1: { 'f:data': { 'f:b': {}, 'f:a': {} } } }],
  ])('does not change with %s', (_what, entry) => {
    expect(hash(entry)).toBe(hash(ours));
  });

  it('does not change when others write other fields, or the status', () => {
    const edit: ManagedFieldsEntry = {
      manager: 'kubectl-edit',
      operation: 'Update',
      fieldsV1: { 'f:data': { 'f:c': {} } },
    };
    const status: ManagedFieldsEntry = { ...ours, subresource: 'status', fieldsV1: { 'f:status': {} } };
    expect(hash(edit, status, ours)).toBe(hash(ours));
  });

  it('changes when somebody takes a field over, or all of them', () => {
    expect(hash({ ...ours, fieldsV1: { 'f:data': { 'f:a': {} } } })).not.toBe(hash(ours));
    expect(hash()).toBe('none');
    expect(hash({ ...ours, operation: 'Update' })).toBe('none');
  });
});
