import { expect, test } from 'vitest';
import { distributed } from './testing/objects.ts';
import { triggerWarnings } from './trigger-warnings.ts';

type Spec = Parameters<typeof triggerWarnings>[0];

function fieldsOf(spec: Partial<Spec>): readonly string[] {
  return triggerWarnings(distributed({ spec }).spec.scaledObjectSpec).map(({ field }) =>
    field.replace('spec.scaledObjectSpec.', ''),
  );
}

test.each<readonly [string, Partial<Spec>, readonly string[]]>([
  ['a trigger with an average', {}, []],
  [
    'cpu',
    { triggers: [{ type: 'cpu', metricType: 'Utilization', metadata: { value: '5' } }] },
    ['triggers[0].type'],
  ],
  [
    'the second of two',
    {
      triggers: [
        { type: 'cron', metadata: {} },
        { type: 'memory', metadata: {} },
      ],
    },
    ['triggers[1].type'],
  ],
  ['pods of the hub', { triggers: [{ type: 'kubernetes-workload', metadata: {} }] }, ['triggers[0].type']],
  [
    'a value',
    { triggers: [{ type: 'cron', metricType: 'Value', metadata: {} }] },
    ['triggers[0].metricType'],
  ],
  [
    'environment',
    { triggers: [{ type: 'kafka', metadata: { passwordFromEnv: 'PASSWORD', topic: 'a' } }] },
    ['triggers[0].metadata.passwordFromEnv'],
  ],
  [
    'a formula with a value',
    { advanced: { scalingModifiers: { formula: 'a', target: '1', metricType: 'Value' } } },
    ['advanced.scalingModifiers.metricType'],
  ],
  ['a formula with an average', { advanced: { scalingModifiers: { formula: 'a', target: '1' } } }, []],
])('%s', (_case, spec, fields) => {
  expect(fieldsOf(spec)).toEqual(fields);
});

test('no value of metadata is repeated', () => {
  const triggers = [{ type: 'kafka', metadata: { passwordFromEnv: 'hunter2' } }];
  expect(
    JSON.stringify(triggerWarnings(distributed({ spec: { triggers } }).spec.scaledObjectSpec)),
  ).not.toContain('hunter2');
});
