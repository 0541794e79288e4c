import { expect, test } from 'vitest';
import { componentFlags, componentNames, type ClusterSettings } from './component-flags.ts';

const settings: ClusterSettings = {
  port: 20_000,
  admissionWebhooks: true,
  stageFiles: ['/a.yaml', '/b.yaml'],
};

test.each(componentNames)('every argument of %s is a flag with a value', (component) => {
  const flags = componentFlags(component, settings);
  expect(flags.filter((flag) => !/^--[a-z-]+(=.+)?$/.test(flag))).toEqual([]);
  expect(new Set(flags).size).toBe(flags.length);
});

test('the API server listens where it is told to, on loopback only', () => {
  const flags = componentFlags('kube-apiserver', settings);
  expect(flags).toContain('--secure-port=20000');
  expect(flags).toContain('--bind-address=127.0.0.1');
});

test('nobody but the API server opens a TCP port', () => {
  for (const component of componentNames.filter((name) => name !== 'kube-apiserver')) {
    const listens = componentFlags(component, settings).filter((flag) => /port|listen|address/.test(flag));
    expect(listens.filter((flag) => !/=0$|=unix:/.test(flag))).toEqual([]);
  }
});

test('admission webhooks are called unless they are switched off', () => {
  const webhooks = '--disable-admission-plugins=MutatingAdmissionWebhook,ValidatingAdmissionWebhook';
  expect(componentFlags('kube-apiserver', settings)).not.toContain(webhooks);
  expect(componentFlags('kube-apiserver', { ...settings, admissionWebhooks: false })).toContain(webhooks);
});

test('kwok reads every stage file', () => {
  expect(componentFlags('kwok', settings).filter((flag) => flag.startsWith('--config'))).toEqual([
    '--config=/a.yaml',
    '--config=/b.yaml',
  ]);
});
