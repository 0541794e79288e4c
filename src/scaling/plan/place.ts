import { objectKey } from '../../api/index.ts';

/** One workload of one object: the same member with another namespace is another place. */
export function placeOf(member: { readonly name: string; readonly namespace: string }): string {
  return objectKey(member);
}
