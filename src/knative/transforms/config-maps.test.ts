import { describe, expect, it } from 'vitest';
import { configMaps } from './config-maps.ts';
import { configMap, contextFor, deployment } from './objects.fixture.ts';

describe('the data of a ConfigMap', () => {
  it.each([
    ['by its name', 'config-logging', { 'config-logging': { a: '1' } }, { a: '1', old: 'x' }],
    ['by its name without prefix', 'config-logging', { logging: { a: '1' } }, { a: '1', old: 'x' }],
    [
      'by its whole name when both are there',
      'config-logging',
      { logging: { b: '2' }, 'config-logging': { a: '1' } },
      { a: '1', old: 'x' },
    ],
    ['in place of what is there', 'config-logging', { logging: { old: 'y' } }, { old: 'y' }],
    [
      'by the name of one without prefix',
      'kourier-bootstrap',
      { 'kourier-bootstrap': { a: '1' } },
      { a: '1', old: 'x' },
    ],
    ['not by what follows another prefix', 'kourier-bootstrap', { '-bootstrap': { a: '1' } }, { old: 'x' }],
    ['not for a short name', 'a', { b: { a: '1' } }, { old: 'x' }],
    ['not by a name that every object has', 'config-valueOf', {}, { old: 'x' }],
  ])('is set %s', (_, name, config, data) => {
    expect(configMaps(configMap(name, { old: 'x' }), contextFor({ config }))['data']).toEqual(data);
  });

  it('is made where there is none', () => {
    const changed = configMaps(configMap('config-gc'), contextFor({ config: { gc: { a: '1' } } }));
    expect(changed['data']).toEqual({ a: '1' });
  });

  it('is the same object when every value is there already', () => {
    const given = configMap('config-gc', { a: '1', b: '2' });
    expect(configMaps(given, contextFor({ config: { gc: { a: '1' } } }))).toBe(given);
  });

  it('is not that of other kinds', () => {
    const given = deployment('config-gc');
    expect(configMaps(given, contextFor({ config: { gc: { a: '1' } } }))).toBe(given);
  });
});
