import { afterAll } from 'vitest';
import { SecrecyGuard } from './secrecy-guard.ts';

/** In every file that starts operators: a secret that one of them tells fails the file, whatever it is about. */
export const secrecyGuard = SecrecyGuard.start();

// Registered before the hooks of the file, and so run after them: its fleets have ended.
afterAll(async () => {
  const told = await secrecyGuard.conclude();
  if (told.length > 0) throw new Error(`secrets were told:\n${told.join('\n')}`);
});
