/**
 * How much longer than usual: `PROPERTY_FACTOR=25 npx vitest run --testTimeout=3600000 src/scaling`. A long run has a seed
 * of its own, and ends with the first schedule that fails, because making it smaller would take longer than finding it.
 * `PROPERTY_SEED=1` repeats the run whose failure has printed this seed, and makes what fails smaller for a while. The usual
 * run is always the same one: long runs search, and whoever changes something else is not told what they have not found.
 */
const factor = Number(process.env['PROPERTY_FACTOR'] ?? 1);
const wish = process.env['PROPERTY_SEED'];
const usualSeed = 1;
const mostMs = 30_000;

/** The options of a property. Whole histories are made smaller on demand only. */
export function runs(usual: number, { isLarge = false } = {}) {
  const numRuns = usual * factor;
  if (wish !== undefined) return { numRuns, seed: Number(wish), interruptAfterTimeLimit: mostMs };
  return factor > 1 ? { numRuns, endOnFailure: true } : { numRuns, seed: usualSeed, endOnFailure: isLarge };
}
