import type { Saw } from '../wait-for.ts';
import { callApi, type ApiAccess } from './api-call.ts';

/** What must be seen before a cluster counts as started. Each looks once: true, or not yet, having told what it saw. */
export type Check = (saw: Saw) => Promise<boolean>;

const lookMs = 2_000;

/** It answers, though not yet fit for everybody's requests: its RBAC rules, priority classes and namespaces may be missing. */
export function apiserverAnswers(access: () => ApiAccess): Check {
  return async () => (await callApi(access(), { path: '/livez/ping', timeoutMs: lookMs })) === 'ok';
}

export function apiserverIsReady(access: () => ApiAccess): Check {
  return async () => (await callApi(access(), { path: '/readyz', timeoutMs: lookMs })) === 'ok';
}

/** Without it no Pod is admitted; the controller manager creates it. */
export function defaultServiceAccountExists(access: () => ApiAccess): Check {
  const path = '/api/v1/namespaces/default/serviceaccounts/default';
  return async () => (await callApi(access(), { path, timeoutMs: lookMs })) !== undefined;
}

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly taints?: readonly { readonly key: string }[] };
    readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
}

/** kwok has told that every node is ready. */
export function nodesAreReady(access: () => ApiAccess, count: number): Check {
  return async (saw) => {
    const { items } = (await callApi(access(), { path: '/api/v1/nodes', timeoutMs: lookMs })) as NodeList;
    const ready = items.filter(({ status }) =>
      status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
    );
    saw(`${ready.length} of ${count} nodes ready`);
    return ready.length >= count;
  };
}
