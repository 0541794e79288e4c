import { expect, test } from 'vitest';
import type { KubeObject } from '../../api/index.ts';
import { type KubeClient, type Resource, resources } from '../../kube/index.ts';
import { missingRights } from './missing-rights.ts';

/** A member that allows what `allows` says of `verb resource`; counts what it is asked. */
function member(allows: (right: string) => boolean) {
  const asked: string[] = [];
  const create = async (_resource: Resource, object: KubeObject): Promise<KubeObject> => {
    const { resourceAttributes } = object['spec'] as {
      readonly resourceAttributes: Readonly<Record<string, string>>;
    };
    const { verb, resource, group, namespace } = resourceAttributes;
    expect(namespace).toBe('team');
    const right = `${verb} ${resource}${group === '' ? '' : `.${group}`}`;
    asked.push(right);
    return { ...object, status: { allowed: allows(right) } };
  };
  return { asked, client: { create } as unknown as Pick<KubeClient, 'create'> };
}

const wanted = [resources.deployments, resources.secrets, resources.configMaps];
const { signal } = new AbortController();

test('who has been given none is asked once', async () => {
  const { client, asked } = member(() => false);
  expect(await missingRights(client, 'team', wanted, signal)).toEqual(['create configmaps']);
  expect(asked).toHaveLength(1);
});

test('all that is missing is told', async () => {
  const { client } = member((right) => !['delete secrets', 'patch deployments.apps'].includes(right));
  expect(new Set(await missingRights(client, 'team', wanted, signal))).toEqual(
    new Set(['delete secrets', 'patch deployments.apps']),
  );
});

test('nothing is missing where all is allowed, and each right is asked for once but the first', async () => {
  const { client, asked } = member(() => true);
  expect(await missingRights(client, 'team', wanted, signal)).toEqual([]);
  expect(asked.slice(1)).toHaveLength(new Set(asked).size);
  expect(asked).toContain('get namespaces');
});
