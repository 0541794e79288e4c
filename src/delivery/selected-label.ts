import type { FieldConflict } from './conflict.ts';

/** Whether one of the fields that are left to others is a label that the selector asks for. */
export function leavesLabel(left: readonly FieldConflict[], selector: string): boolean {
  const labels = selector.split(',').map((term) => term.trim().replace(/[\s=!].*$/, ''));
  return left.some(({ field }) => labels.some((label) => field === `.metadata.labels.${label}`));
}
