import type { KubeObject } from '../api/index.ts';

/** Stays the same as long as nobody changes the spec of an object, nor makes the object anew. */
export function specVersion({ metadata: { uid = '', generation = 0 } }: KubeObject): string {
  return `${uid} ${generation}`;
}
