import { randomInt } from 'node:crypto';

/**
 * How much longer than usual: `npm run test:properties` is twenty times as long. A long run has a seed of its own, which it
 * prints, and ends with the first schedule that fails, because making it smaller would take longer than finding it.
 * `PROPERTY_SEED=1` before it repeats the run that has printed this seed, and makes what fails smaller for a while. The usual
 * run is always the same one: long runs search, and whoever changes something else is not told what they have not found.
 */
const factor = Number(process.env['PROPERTY_FACTOR'] ?? 1);
const wish = process.env['PROPERTY_SEED'];
const usualSeed = 1;
const longSeed = randomInt(2 ** 31);
if (factor > 1) process.stderr.write(`PROPERTY_SEED=${wish ?? longSeed}\n`);
const mostMs = 30_000;

/** The options of a property. Whole histories are made smaller on demand only. */
export function runs(usual: number, { isLarge = false } = {}) {
  const numRuns = usual * factor;
  if (wish !== undefined) return { numRuns, seed: Number(wish), interruptAfterTimeLimit: mostMs };
  return factor > 1
    ? { numRuns, seed: longSeed, endOnFailure: true }
    : { numRuns, seed: usualSeed, endOnFailure: isLarge };
}
