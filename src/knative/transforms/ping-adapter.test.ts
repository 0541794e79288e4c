import { describe, expect, it } from 'vitest';
import type { KubeObject, ManagedFieldsEntry } from '../../api/index.ts';
import { contextFor, deployment, object } from './objects.fixture.ts';
import { type JsonObject, valueAt } from './path-copy.ts';
import { pingAdapter } from './ping-adapter.ts';

const env = [
  { name: 'SYSTEM_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
  { name: 'K_LOGGING_CONFIG', value: '' },
  { name: 'K_LOGGING_CONFIG_1', value: 'ours' },
  { name: 'K_SINK_TIMEOUT', value: '-1' },
];
const rendered = object('apps/v1', 'Deployment', 'pingsource-mt-adapter', {
  spec: {
    replicas: 0,
    template: {
      spec: {
        containers: [
          { name: 'dispatcher', env },
          { name: 'other', env },
        ],
      },
    },
  },
});

function live(...managedFields: readonly ManagedFieldsEntry[]): KubeObject {
  return {
    ...deployment('pingsource-mt-adapter'),
    metadata: { name: 'pingsource-mt-adapter', managedFields },
  };
}

/** What the API server records for whoever wrote the replicas and these variables of the container. */
function wrote(manager: string, variables: readonly string[], container = 'dispatcher'): ManagedFieldsEntry {
  const values = variables.map((name) => [`k:{"name":"${name}"}`, { 'f:value': {} }]);
  const containers = { [`k:{"name":"${container}"}`]: { 'f:env': Object.fromEntries(values) } };
  return {
    manager,
    operation: 'Update',
    fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:template': { 'f:spec': { 'f:containers': containers } } } },
  };
}

function envOf(given: KubeObject, index = 0): unknown {
  const containers = valueAt(given, ['spec', 'template', 'spec', 'containers']) as readonly JsonObject[];
  return containers[index]?.['env'];
}

describe('the adapter of PingSources', () => {
  it('is what the release says until somebody else writes to it', () => {
    for (const livePingAdapter of [undefined, live(), live(wrote('wheelwright', ['K_LOGGING_CONFIG']))]) {
      expect(pingAdapter(rendered, contextFor({}, { livePingAdapter }))).toBe(rendered);
    }
  });

  it('leaves replicas and variables to the controller that wrote them', () => {
    const variables = ['SYSTEM_NAMESPACE', 'K_LOGGING_CONFIG', 'K_LOGGING_CONFIG_1', 'K_NEW'];
    const livePingAdapter = live(wrote('controller', variables));
    const changed = pingAdapter(rendered, contextFor({}, { livePingAdapter }));
    expect(valueAt(changed, ['spec', 'replicas'])).toBeUndefined();
    expect(envOf(changed)).toEqual([
      { name: 'SYSTEM_NAMESPACE' },
      { name: 'K_LOGGING_CONFIG' },
      env[2],
      env[3],
    ]);
    expect(envOf(changed, 1)).toEqual(env);
  });

  it('keeps what knative/operator wrote, whose fields become ours', () => {
    const livePingAdapter = live(wrote('manifestival', ['K_SINK_TIMEOUT']));
    expect(pingAdapter(rendered, contextFor({}, { livePingAdapter }))).toBe(rendered);
  });

  it('does not mind containers that are only on the cluster, nor who writes the status', () => {
    const status: ManagedFieldsEntry = {
      ...wrote('kube-controller-manager', ['K_SINK_TIMEOUT']),
      subresource: 'status',
    };
    const livePingAdapter = live(wrote('controller', ['K_SINK_TIMEOUT'], 'injected'), status);
    const changed = pingAdapter(rendered, contextFor({}, { livePingAdapter }));
    expect(envOf(changed)).toEqual(env);
  });

  it('is the only Deployment of its kind', () => {
    const given = deployment('imc-dispatcher', { name: 'dispatcher', env });
    const livePingAdapter = live(wrote('controller', ['K_SINK_TIMEOUT']));
    expect(pingAdapter(given, contextFor({}, { livePingAdapter }))).toBe(given);
  });
});
