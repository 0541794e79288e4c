import { NotFoundError } from '../kube/index.ts';

/** For `catch`: what is not there is undefined, and every other error is thrown on. */
export function absent(error: unknown): undefined {
  if (error instanceof NotFoundError) return undefined;
  throw error;
}
