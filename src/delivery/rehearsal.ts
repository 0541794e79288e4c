import type { KubeObject } from '../api/index.ts';
import type { KubeClient } from '../kube/index.ts';
import type { ApplyOptions } from './apply-object.ts';

/** A client whose writes are dry runs, and what the last of them would have left of the object. */
export interface Rehearsal {
  readonly client: ApplyOptions['client'];
  readonly outcome: () => KubeObject | undefined;
}

/** For one object. Where that would be deleted and made anew, it is taken to become what is sent: the old one is still there. */
export function rehearse(client: KubeClient): Rehearsal {
  let outcome: KubeObject | undefined;
  let deleted = false;
  const keep = <T extends KubeObject>(object: T): T => {
    outcome = object;
    return object;
  };
  return {
    outcome: () => outcome,
    client: {
      get: (resource, name, options) => client.get(resource, name, options),
      async apply<T extends KubeObject>(...[resource, object, options]: Parameters<KubeClient['apply']>) {
        if (deleted) return keep(object as T);
        const dry = { ...options, dryRun: true, metadataOnly: false };
        return keep(await client.apply<T>(resource, object, dry));
      },
      async patch<T extends KubeObject>(
        ...[resource, name, type, body, options]: Parameters<KubeClient['patch']>
      ) {
        const dry = { ...options, dryRun: true, metadataOnly: false };
        return keep(await client.patch<T>(resource, name, type, body, dry));
      },
      async delete(resource, name, options) {
        deleted = true;
        return client.delete(resource, name, { ...options, dryRun: true });
      },
    },
  };
}
