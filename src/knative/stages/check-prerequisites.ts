import { goOn, need, type Pass, type StageResult } from '../pass.ts';
import { neededKinds } from '../prerequisites.ts';

/**
 * What the controllers of a set work with must be on the cluster before they are: what they serve themselves, the
 * delivery finds missing, but of these kinds no set has an object. Throws NoMatchError.
 */
export async function checkPrerequisites(pass: Pass): Promise<StageResult> {
  const needed = neededKinds(pass);
  if (needed.length === 0) return goOn(pass);
  const { client } = need(pass, 'cluster');
  const { signal } = pass;
  for (const kind of needed) await client.resourceFor(kind, { signal });
  return goOn(pass);
}
