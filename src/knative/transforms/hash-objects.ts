import { contentHash } from '../../delivery/index.ts';
import type { KubeObject } from '../../api/index.ts';

/** 12 hexadecimal digits over rendered objects, whose order counts; the order of their fields does not. */
export function hashObjects(objects: readonly KubeObject[]): string {
  return contentHash(objects);
}
