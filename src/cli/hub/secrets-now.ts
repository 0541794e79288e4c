import type { SecretWatch } from '../../clusters/index.ts';
import { type KubeClient, NotFoundError, resources } from '../../kube/index.ts';

/** Secrets as they are now: nobody waits for them to change. */
export function secretsNow(client: KubeClient): SecretWatch {
  return {
    get: async (name, signal) => {
      try {
        return await client.get(resources.secrets, name, { signal });
      } catch (error) {
        if (error instanceof NotFoundError) return undefined;
        throw error;
      }
    },
    onChange: () => () => undefined,
  };
}
