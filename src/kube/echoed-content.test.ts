import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutContent } from './echoed-content.ts';

const metadata = { name: 'config-network', namespace: 'team' };
const without = (text: string, object: object): string => withoutContent(text, JSON.stringify(object));

describe('an answer', () => {
  test.each([
    ['text for the data of a Secret', { kind: 'Secret', data: 'SECRET-1' }],
    ['a value of a Secret', { kind: 'Secret', stringData: { token: 'SECRET-1' } }],
    ['what the data of a Secret stands for', { kind: 'Secret', data: { token: 'U0VDUkVULTE=' } }],
    ['a list in a Secret', { kind: 'Secret', stringData: { token: ['SECRET-1'] } }],
    ['a Secret that is all wrong', { kind: 'Secret', strange: { token: 'SECRET-1' } }],
    ['a value of a ConfigMap', { kind: 'ConfigMap', data: { token: 'SECRET-1' } }],
    ['text for the data of a ConfigMap', { kind: 'ConfigMap', data: 'SECRET-1' }],
    ['a variable', { kind: 'Pod', spec: { containers: [{ env: [{ name: 'T', value: 'SECRET-1' }] }] } }],
    ['text for a variable', { kind: 'Pod', spec: { containers: [{ env: ['SECRET-1'] }] } }],
  ])('does not repeat %s', (_what, object) => {
    const answer = '{"message":"expected map, got &{\\"SECRET-1\\"} in config-network"}';
    expect(without(answer, { apiVersion: 'v1', metadata, ...object })).toBe(
      '{"message":"expected map, got &{\\"[redacted]\\"} in config-network"}',
    );
  });

  test('does not repeat a value that had to be quoted, or one of its lines', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      stringData: { a: 'say "hello"\nsecond line' },
    };
    const answer = JSON.stringify({
      message: `Invalid value: ${JSON.stringify('say "hello"')}: second line`,
    });
    expect(without(answer, object)).toBe('{"message":"Invalid value: \\"[redacted]\\": [redacted]"}');
  });

  test('does not repeat a line as whoever reads it as YAML quotes it', () => {
    const data = { 'a.yaml': 'x:\n    token: SECRET-1\r\ny: 1\n' };
    const answer = '{"message":"cannot read token: SECRET-1"}';
    expect(without(answer, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data })).toBe(
      '{"message":"cannot read [redacted]"}',
    );
  });

  test('does not repeat what the binary data of a ConfigMap stands for', () => {
    const binaryData = { token: Buffer.from('SECRET-1').toString('base64') };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, binaryData };
    expect(without('{"message":"no SECRET-1"}', object)).toBe('{"message":"no [redacted]"}');
  });

  test('that is nested too deeply to look through is not repeated', () => {
    const answer = `{"kind":"Status","message":"SECRET-1","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const object = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { a: 'SECRET-1' } };
    expect(without(answer, object)).toBe('an answer that is nested too deeply');
  });

  test('keeps names, short words, and everything of other objects', () => {
    const answer = 'Secret "config-network" in team of type Opaque is invalid: yes';
    const data = { kind: 'Secret', type: 'Opaque', data: { a: 'yes' } };
    expect(without(answer, { apiVersion: 'v1', metadata, ...data })).toBe(answer);
    const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'Opaque' } };
    expect(without(answer, service)).toBe(answer);
  });

  test.each([[undefined], [''], ['no JSON'], ['null'], ['[]']])('to %j stays as it is', (body) => {
    expect(withoutContent('answer', body)).toBe('answer');
  });
});

describe('an answer about an object whose values are like its names', () => {
  const workload = (value: string): object => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'kafka-controller', namespace: 'team' },
    spec: { template: { spec: { containers: [{ name: 'controller', env: [{ name: 'A', value }] }] } } },
  });

  test.each([
    ['kafka-controller', 'StatefulSet.apps "kafka-controller" is invalid: spec: Forbidden: no'],
    ['controller', 'StatefulSet.apps "kafka-controller" is invalid: spec: Forbidden: no'],
    ['kafka-controller', 'statefulsets.apps "kafka-controller" is forbidden: exceeded quota'],
    ['StatefulSet', 'StatefulSet.apps "kafka-controller" is invalid: spec: Forbidden: no'],
    [
      'kafka-controller',
      'failed to create typed patch object (team/kafka-controller; apps/v1, Kind=StatefulSet): no',
    ],
    ['template', 'spec.template.spec.containers[0].env[0].value: Required value'],
    ['controller', '.spec.template.spec.containers[name="controller"].env: duplicate entries'],
    ['containers', 'Apply failed with 1 conflict:\n- .spec.template.spec.containers'],
  ])('with a variable of value %s keeps %s', (value, message) => {
    expect(without(message, workload(value))).toBe(message);
    const status = JSON.stringify({ kind: 'Status', status: 'Failure', message });
    expect(without(status, workload(value))).toBe(status);
  });

  test.each([
    ['kafka-controller', 'env[0].value: Invalid value: "kafka-controller"'],
    ['kafka-controller', 'kafka-controller'],
    ['kafka-controller', 'Secret "kafka-controller" not found'],
    ['template', 'expected map, got &{template}'],
    ['template', 'got "spec.template.spec": no'],
    ['spec.template', 'no such thing as "spec.template"'],
    ['StatefulSet.apps "kafka-controller"', 'StatefulSet.apps "kafka-controller" is what it is'],
  ])('with a variable of value %s does not repeat it in %s', (value, message) => {
    expect(without(message, workload(value))).toBe(message.replace(value, '[redacted]'));
  });

  test('keeps what programs read of it', () => {
    const causes = [
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "kube-controller-manager" with subresource "scale" using apps/v1',
        field: '.spec.template.spec.containers[name="controller"].env',
      },
      { reason: 'FieldValueInvalid', message: 'Invalid value: "Manager"', field: 'spec.template' },
    ];
    const details = { name: 'kafka-controller', group: 'apps', kind: 'StatefulSet', causes };
    const status = { kind: 'Status', status: 'Failure', reason: 'Conflict', code: 409, details };
    for (const value of ['controller', 'Manager', 'template', 'kafka-controller', 'Conflict', 'FieldValue'])
      expect(JSON.parse(without(JSON.stringify(status), workload(value)))).toEqual({
        ...status,
        details: {
          ...details,
          causes: [
            causes[0],
            { ...causes[1], message: `Invalid value: "${value === 'Manager' ? '[redacted]' : 'Manager'}"` },
          ],
        },
      });
  });
});

describe('no value of a Secret', () => {
  const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/);
  const key = fc.stringMatching(/^[A-Za-z._-]{1,12}$/);
  /** Of those that look like something else, too. */
  const value = fc.oneof(
    fc.string({ minLength: 6, maxLength: 30, unit: 'binary' }),
    fc.string({ minLength: 6, maxLength: 30 }),
    fc.constantFrom(
      'stringData',
      'data.password',
      'Secret "a" is',
      'metadata.name',
      'say "it"\\',
      '<a href="">',
    ),
  );
  const content = fc.record({
    name,
    namespace: name,
    data: fc.dictionary(key, value, { minKeys: 1, maxKeys: 3 }),
  });
  /** Names may be values at the same time: it is the place that counts. */
  const word = fc.oneof(
    fc.stringMatching(/^\w[\w.-]{4,18}\w$/),
    fc.constantFrom('stringData', 'metadata.name'),
  );
  const confusing = fc
    .record({ name, namespace: name, data: fc.dictionary(key, word, { minKeys: 1, maxKeys: 3 }) })
    .map((one) => ({ ...one, data: { ...one.data, same: one.name, alike: Object.keys(one.data)[0] ?? '' } }));
  const secretOf = ({
    name: called,
    namespace,
    data,
  }: {
    name: string;
    namespace: string;
    data: object;
  }) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: called, namespace },
    stringData: data,
  });
  const long = (text: string): boolean => text.trim().length >= 6 && !text.includes('\n');

  test('is told where servers quote values, and names are told all the same', () => {
    fc.assert(
      fc.property(confusing, (one) => {
        const body = secretOf(one);
        for (const [field, secret] of Object.entries(one.data).filter(([, each]) => long(each))) {
          const place = `Secret "${one.name}" is invalid: stringData[${field}]: Invalid value: `;
          const message = `${place}${JSON.stringify(secret)}`;
          const status = JSON.stringify({ kind: 'Status', reason: 'Invalid', message });
          const told = JSON.parse(without(status, body)) as { readonly message: string };
          expect(told.message.slice(place.length)).not.toContain(secret);
          expect(told.message.startsWith(place)).toBe(true);
        }
      }),
    );
  });

  test('survives in any text, whoever writes it and however it is escaped', () => {
    fc.assert(
      fc.property(content, fc.array(fc.string({ maxLength: 10 }), { minLength: 1 }), (one, words) => {
        const secrets = Object.values(one.data).filter(long);
        const text = words.flatMap((word) => [word, ...secrets]).join('');
        const body = secretOf(one);
        const escaped = JSON.stringify({ any: [text] }).replaceAll(
          /[<>&é]/g,
          (letter) => `\\u${letter.codePointAt(0)?.toString(16).padStart(4, '0') ?? ''}`,
        );
        for (const told of [
          without(text, body),
          (JSON.parse(without(escaped, body)) as { any: string[] }).any[0] ?? '',
        ])
          for (const secret of secrets.filter((each) => !'[redacted]'.includes(each)))
            expect(told.replaceAll('[redacted]', '\u0000')).not.toContain(secret);
      }),
    );
  });
});
