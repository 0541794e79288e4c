import { expect, test } from 'vitest';
import { kedaAdapterFlags, kedaOperatorFlags, type KedaPorts } from './keda-flags.ts';

const ports: KedaPorts = { health: 1, metricsService: 2, adapter: 3, adapterMetrics: 4 };

function valuesOf(flags: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(flags.map((flag) => flag.replace(/^--/, '').split('=')));
}

const operator = valuesOf(kedaOperatorFlags('operator.kubeconfig', ports));
const adapter = valuesOf(kedaAdapterFlags('adapter.kubeconfig', ports));

test('nothing of KEDA can be reached from elsewhere, but for the port that cannot be told so', () => {
  const addresses = [
    operator['health-probe-bind-address'],
    operator['metrics-service-bind-address'],
    `${adapter['bind-address']}:${adapter['secure-port']}`,
  ];
  expect(addresses).toEqual(['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3']);
  expect([operator['metrics-bind-address'], adapter['port']]).toEqual(['0', '4']);
});

test('the adapter asks where the operator listens, and not as itself does', () => {
  expect(adapter['metrics-service-address']).toBe(operator['metrics-service-bind-address']);
  expect(adapter['cert-dir']).not.toBe(operator['cert-dir']);
  expect(adapter['tls-cert-file']).not.toContain(`${adapter['cert-dir']}/`);
});
