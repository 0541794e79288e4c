import type { KubeObject } from '../../api/index.ts';
import { generateName, objectName } from './object-kinds.ts';
import { MalformedField, TransformError } from './transform-error.ts';

/**
 * Runs work on an object; an error about a malformed field then says of which object it is. Other errors are in the
 * words of the reference operator and stay as they are.
 */
export function namingObject<T>(object: KubeObject, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MalformedField)) throw error;
    const name = objectName(object) || generateName(object);
    throw new TransformError(`${object.kind} '${name}': ${error.message}`, { cause: error });
  }
}
