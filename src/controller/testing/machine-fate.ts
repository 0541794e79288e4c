import * as fc from 'fast-check';
import type { Clock } from '../../kube/index.ts';
import { calm, type Weather } from './replica-world.ts';

/** It is calm from then on, in milliseconds of the world. */
export const calmFrom = 60_000;

const weather: fc.Arbitrary<Weather> = fc.record({
  thereMs: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(1, 10, 100) },
    { weight: 1, arbitrary: fc.constantFrom(1_000, 4_000, 20_000) },
  ),
  backMs: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(1, 10, 100) },
    { weight: 1, arbitrary: fc.constantFrom(1_000, 4_000) },
  ),
  lost: fc.oneof(
    { weight: 6, arbitrary: fc.constant('nothing' as const) },
    { weight: 1, arbitrary: fc.constantFrom('request' as const, 'reply' as const) },
  ),
  freezeMs: fc.oneof(
    { weight: 30, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constantFrom(500, 8_000, 14_000, 30_000) },
  ),
});

/** What befalls one replica of those that compete in bad weather. */
export const machineFate = fc.record({
  startsAt: fc.constantFrom(0, 100, 7_000),
  offsetMs: fc.constantFrom(-3_600_000, 0, 120_000),
  rate: fc.constantFrom(0.95, 1, 1.05),
  weather: fc.array(weather, { minLength: 1, maxLength: 30, size: 'max' }),
  cut: fc.record({
    at: fc.nat(40_000),
    ms: fc.constantFrom(0, 12_000, 30_000),
    lost: fc.constantFrom('request' as const, 'reply' as const),
  }),
  stopsAt: fc.option(fc.nat(60_000), { freq: 4 }),
});

export type MachineFate = typeof machineFate extends fc.Arbitrary<infer Fate> ? Fate : never;

/** How each of its requests fares. */
export function weatherOf({ weather, cut }: MachineFate, world: Clock): () => Weather {
  let request = 0;
  return () => {
    const time = world.monotonic();
    if (time >= calmFrom) return calm;
    if (time >= cut.at && time < cut.at + cut.ms) return { ...calm, lost: cut.lost };
    return weather[request++ % weather.length] ?? calm;
  };
}
