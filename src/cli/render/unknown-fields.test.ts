import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventing, type Installation, serving } from '../../knative/index.ts';
import { unknownFields } from './unknown-fields.ts';

function unknown(spec: object, component = serving): readonly string[] {
  const installation = { apiVersion: '', kind: '', metadata: { name: 'a' }, spec } as Installation;
  return unknownFields({ component, installation }).map(({ field, message }) => {
    const meant = /did you mean '(.+)'/.exec(message)?.[1];
    return meant === undefined ? field : `${field} -> ${meant}`;
  });
}

describe('fields that the hub would drop', () => {
  const cases: readonly [spec: object, fields: readonly string[]][] = [
    [{}, []],
    [{ version: '1.22', config: { any: { thing: 'x' } }, registry: { override: { 'a/b': 'c' } } }, []],
    [{ regsitry: {} }, ['spec.regsitry -> registry']],
    [{ highAvailability: { replicas: 2 } }, ['spec.highAvailability -> high-availability']],
    [{ nothingLikeIt: 1 }, ['spec.nothingLikeIt']],
    [{ ingress: { kourier: { enable: true } } }, ['spec.ingress.kourier.enable -> enabled']],
    [{ workloads: [{ name: 'a' }, { name: 'b', replica: 2 }] }, ['spec.workloads[1].replica -> replicas']],
    [{ source: {} }, ['spec.source']],
  ];

  it.each(cases)('%j', (spec, fields) => {
    expect(unknown(spec)).toEqual(fields);
  });

  it('are others for another kind', () => {
    expect(unknown({ ingress: {}, defaultBrokerClass: 'Kafka' }, eventing)).toEqual(['spec.ingress']);
  });

  it('are found in any spec', () => {
    fc.assert(
      fc.property(fc.object(), (spec) => {
        expect(() => unknown(spec)).not.toThrow();
      }),
    );
  });
});
