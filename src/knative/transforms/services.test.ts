import { expect, it } from 'vitest';
import { contextFor, deployment, object } from './objects.fixture.ts';
import { services } from './services.ts';

const given = object('v1', 'Service', 'webhook', {
  metadata: { labels: { a: 'old', b: 'b' } },
  spec: { selector: { role: 'webhook' }, ports: [] },
});

it('adds labels, annotations and selector to the Service of the name', () => {
  const spec = {
    services: [{ name: 'webhook', labels: { a: 'new' }, annotations: { c: 'd' }, selector: { e: 'f' } }],
  };
  expect(services(given, contextFor(spec))).toEqual({
    ...given,
    metadata: { name: 'webhook', labels: { a: 'new', b: 'b' }, annotations: { c: 'd' } },
    spec: { selector: { role: 'webhook', e: 'f' }, ports: [] },
  });
});

it('leaves other Services, other kinds, and Services of which nothing is said', () => {
  const spec = { services: [{ name: 'autoscaler', labels: { a: 'b' } }, { name: 'webhook' }] };
  const other = deployment('autoscaler');
  expect(services(given, contextFor(spec))).toBe(given);
  expect(services(other, contextFor(spec))).toBe(other);
  expect(services(given, contextFor({}))).toBe(given);
});
