import { drainMark } from '../../clusters/index.ts';
import { type Clock, type KubeClient, resources } from '../../kube/index.ts';
import type { KubeObject } from '../../api/index.ts';
import { membersOf } from '../hub/fleet-members.ts';
import { listIfServed } from '../hub/list-if-served.ts';
import { plainText } from '../terminal/plain-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { fieldManager } from './field-manager.ts';
import { isRegistered } from './registration.ts';

export interface ForgetOptions {
  readonly name: string;
  readonly namespace: string;
  readonly waitMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

const lookMs = 1_000;

/**
 * Takes away what drained a member of the bundled Secret, which has no object of its own that would take it along: the next
 * member of that name would never get a replica. As long as the operator still has the member, because mounted files change
 * late, replicas would come back to it: until then the annotation stays. Throws KubeError.
 */
export async function forgetDrain(client: KubeClient, options: ForgetOptions): Promise<void> {
  const { name, namespace, waitMs, clock, signal, terminal } = options;
  const { annotation } = drainMark(name);
  const startedAt = clock.monotonic();
  const state = { task: `Removing ${name}`, done: 0, total: 1, waitingFor: ['the operator to let go of it'] };
  const progress = terminal.startProgress(clock, state);
  try {
    for (;;) {
      const configurations =
        (await listIfServed(client, resources.kedifyConfigurations, { namespace, signal })) ?? [];
      const drained = configurations.filter(
        ({ metadata }) => metadata.annotations?.[annotation] !== undefined,
      );
      const members = configurations.flatMap((one) => membersOf(one) ?? []);
      // The hub itself is drained by the same annotation where that is its name.
      if (members.some((one) => one.provider === 'hub' && one.name === name)) return;
      if (!members.some((one) => isRegistered(one, { name, provider: 'file' }))) {
        for (const { metadata } of drained) await forget(client, metadata, annotation, signal);
        return;
      }
      if (drained.length === 0) return;
      const rest = waitMs - (clock.monotonic() - startedAt);
      if (rest <= 0) return sayKept(terminal, drained, annotation);
      await clock.sleep(Math.min(lookMs, rest), signal);
    }
  } finally {
    await progress.end();
  }
}

async function forget(
  client: KubeClient,
  { namespace, name }: KubeObject['metadata'],
  annotation: string,
  signal: AbortSignal,
): Promise<void> {
  const resource = await client.resourceFor(resources.kedifyConfigurations, { signal });
  const body = { metadata: { annotations: { [annotation]: null } } };
  await client.patch(resource, { namespace, name }, 'merge', body, {
    fieldManager,
    signal,
    metadataOnly: true,
  });
}

function sayKept(terminal: Terminal, drained: readonly KubeObject[], annotation: string): void {
  for (const { metadata } of drained)
    terminal.err.line(
      `! the operator still has the member, so that it stays drained; once it is gone: ${plainText(
        `kubectl annotate kedifyconfiguration ${metadata.name} -n ${metadata.namespace ?? ''} ${annotation}-`,
      )}`,
    );
}
