import { describe, expect, it } from 'vitest';
import { sourceOf } from '../testing/trigger-source.ts';
import {
  boolean,
  duration,
  inAuthentication,
  inEither,
  inMetadata,
  list,
  map,
  number,
  oneOf,
  readParameters,
  text,
} from './parameters.ts';
import { TriggerConfigError } from './trigger.ts';

describe('parameters', () => {
  it('come from the first source that is not blank', () => {
    const parameters = { url: inEither(text, 'address'), other: inMetadata(text.default('none')) };
    const read = (metadata: Record<string, string>, secrets: Record<string, string>) =>
      readParameters(sourceOf(metadata, { parameters: secrets }), parameters);
    expect(read({ url: ' a ' }, { url: 'b' })).toEqual({ url: 'a', other: 'none' });
    expect(read({ url: '  ' }, { url: 'b' }).url).toBe('b');
    expect(read({ address: 'c' }, { url: 'b' }).url).toBe('c');
    expect(read({ constructor: 'x' }, { address: 'd' }).url).toBe('d');
  });

  it.each([
    [boolean, 'T', true],
    [boolean, '0', false],
    [number, '-1.5e3', -1_500],
    [duration, '1500', 1_500],
    [duration, '1m30s', 90_000],
    [list, 'a, b,,c', ['a', 'b', 'c']],
    [map, 'a=1, b=x=y', { a: '1', b: 'x=y' }],
    [oneOf(['x', 'y']), 'y', 'y'],
  ])('case %#: %j', (schema, given, value) => {
    expect(readParameters(sourceOf({ p: given }), { p: inMetadata(schema) })).toEqual({ p: value });
  });

  it.each([
    [boolean, 'yes', "triggers[0].metadata.p is 'yes': it must be 'true' or 'false'"],
    [number, '1x', "p is '1x': it must be a number"],
    [number, undefined, 'triggers[0].metadata.p is missing: it must be set to a number'],
    [number, 'NaN', 'must be a number'],
    [number, '1'.repeat(101), 'must be a number'],
    [duration, 'soon', 'must be a duration such as 5s'],
    [map, 'a', 'must be pairs'],
    [oneOf(['x', 'y', 'z']), 'w', "p is 'w': it must be x, y or z"],
    [text, undefined, 'p is missing: it must be set'],
    [number, 'http://user:secret@host', "p is '…'"],
  ])('case %#: %j is refused', (schema, given, message) => {
    const source = sourceOf(given === undefined ? {} : { p: given });
    expect(() => readParameters(source, { p: inMetadata(schema) })).toThrow(TriggerConfigError);
    expect(() => readParameters(source, { p: inMetadata(schema) })).toThrow(message);
  });

  it('never quotes what comes from an authentication', () => {
    const source = sourceOf({}, { parameters: { p: 'secret' } });
    const read = () => readParameters(source, { p: inAuthentication(number) });
    expect(read).toThrow("the parameter 'p' of the authentication of triggers[0]");
    expect(read).not.toThrow('secret');
  });

  it('never quotes pairs, which may be headers', () => {
    const source = sourceOf({ p: 'Authorization: Bearer secret' });
    const read = () => readParameters(source, { p: inEither(map.default({})) });
    expect(read).toThrow('triggers[0].metadata.p: it must be pairs such as a=1,b=2');
    expect(read).not.toThrow('secret');
  });

  it('cannot come from variables of the workload', () => {
    const source = sourceOf({ hostFromEnv: 'HOST' });
    expect(() => readParameters(source, { host: inMetadata(text) })).toThrow(
      'triggers[0].metadata.hostFromEnv names a variable of the workload, which the hub does not have: use authenticationRef',
    );
  });
});
