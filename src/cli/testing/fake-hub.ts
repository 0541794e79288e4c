import { AccessError } from '../../clusters/index.ts';
import type { OpenHub } from '../hub/open-hub.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { fakeKubeClient, type FakeKubeClientOptions } from './fake-kube-client.ts';

export type FakeHubOptions = Omit<FakeKubeClientOptions, 'cluster'>;

export interface FakeHub {
  readonly open: OpenHub;
  readonly clock: ManualClock;
  /** Nothing that was opened is left open. */
  readonly closed: () => boolean;
}

/** A hub named `prod-hub` that is opened without a kubeconfig, at the time of the test objects. */
export function fakeHub(
  options: FakeHubOptions,
  { namespace }: { readonly namespace?: string } = {},
): FakeHub {
  const client = fakeKubeClient({ cluster: 'prod-hub', ...options });
  let opened = false;
  return {
    closed: () => !opened || client.closed(),
    clock: new ManualClock(),
    open: async (flags) => {
      opened = true;
      return {
        context: flags.context ?? 'prod-hub',
        server: 'https://hub.example.com:6443',
        endpoint: { server: 'https://hub.example.com:6443' },
        namespace,
        inside: false,
        client,
        timeoutMs: flags.requestTimeout ?? 10_000,
        runner: {
          run: ({ command }) =>
            Promise.reject(new AccessError('PluginNotFound', `there is no plugin '${command}'`)),
        },
        close: () => client.close(),
      };
    },
  };
}
