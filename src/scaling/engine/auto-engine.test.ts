import { expect, test } from 'vitest';
import { AutoEngine, chooseEngine } from './auto-engine.ts';
import type { KedaPresence } from './keda/scaled-object-source.ts';
import { distributed } from './keda/testing/objects.ts';
import type { EngineReport, ScalingEngine } from './scaling-engine.ts';

test.each([
  ['served', undefined, 'keda'],
  ['served', 'builtin', 'keda'],
  ['absent', undefined, 'builtin'],
  ['absent', 'keda', 'builtin'],
  ['unknown', undefined, undefined],
  ['unknown', 'keda', 'keda'],
  ['unknown', 'builtin', 'builtin'],
] as const)('KEDA is %s, before it was %s: %s', (presence, before, chosen) => {
  expect(chooseEngine(presence, before)).toBe(chosen);
});

/** Notes what it is asked for. */
function noting(name: 'keda' | 'builtin', log: string[]): ScalingEngine {
  const verdict = { status: 'True', reason: name, message: '' } as const;
  const report: EngineReport = { ready: verdict, active: verdict, paused: verdict };
  return {
    name,
    start: () => void log.push(`${name} starts`),
    ensure: async () => report,
    forget: (key) => void log.push(`${name} forgets ${key}`),
  };
}

test('who takes over is followed, and only who was at work forgets', async () => {
  const log: string[] = [];
  let presence: KedaPresence = 'unknown';
  const keda = {
    ...noting('keda', log),
    follow: (key: string) => void log.push(`keda follows ${key}`),
    get presence() {
      return presence;
    },
  };
  const engine = new AutoEngine({ keda, builtin: noting('builtin', log) });
  const signal = AbortSignal.timeout(5_000);
  const atWork = async (): Promise<string> =>
    (await engine.ensure(distributed(), { readyReplicas: 0 }, signal)).ready.reason;

  expect(await atWork()).toBe('keda');
  presence = 'absent';
  expect([await atWork(), engine.name, log.splice(0)]).toEqual([
    'builtin',
    'builtin',
    ['keda follows default/nginx'],
  ]);
  presence = 'unknown';
  expect([await atWork(), log.splice(0)]).toEqual(['builtin', ['keda follows default/nginx']]);
  presence = 'served';
  expect([await atWork(), engine.name, log.splice(0)]).toEqual([
    'keda',
    'keda',
    ['builtin forgets default/nginx'],
  ]);
  expect([await atWork(), log.splice(0)]).toEqual(['keda', []]);
  engine.forget('default/nginx');
  expect(log).toEqual(['keda forgets default/nginx', 'builtin forgets default/nginx']);
});
