import { isRecord, type KubeObject, type NamespacedName, objectKey } from '../../../../api/index.ts';
import {
  type Clock,
  type KubeClient,
  KubeError,
  NoMatchError,
  NotFoundError,
  resources,
  withDeadline,
} from '../../../../kube/index.ts';
import { type Fields, listAt, recordAt } from '../../../fields.ts';
import { scaledObjectKind } from '../../scaled-object-kind.ts';
import { TriggerError } from '../triggers/trigger.ts';
import type { ScaledObjectRef } from './external-scaler-descriptor.ts';

type Metadata = Readonly<Record<string, string>>;

interface Answer {
  readonly triggers: Promise<readonly Metadata[]>;
  readonly at: number;
}

/** How long an answer of the hub is believed: a Secret is closed this long after its trigger is gone. */
const believedMs = 30_000;
/** Where the hub did not know of a trigger it is asked again this soon, for it may just have been made. */
const askAgainMs = 1_000;
const most = 1_000;
const answerMs = 5_000;
/** Others wait for the same answer: it does not end with whoever asked first. */
const unending = new AbortController().signal;

/**
 * Objects of the hub that ask external scalers something. Who asks by gRPC may say anything; what such an object has in a
 * trigger was written by somebody whom the hub let write it.
 */
export class AskingObjects {
  readonly #client: KubeClient;
  readonly #clock: Clock;
  readonly #answers = new Map<string, Answer>();

  constructor(client: KubeClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /**
   * Whether the ScaledObject or DistributedScaledObject that is named has an external trigger with just these metadata.
   * Throws TriggerError where the hub does not say.
   */
  async ask(ref: ScaledObjectRef): Promise<boolean> {
    const wanted = comparable(ref.scalerMetadata);
    const has = async (maxAgeMs: number): Promise<boolean> =>
      (await this.#triggers(ref, maxAgeMs)).some((metadata) => comparable(metadata) === wanted);
    return (await has(believedMs)) || has(askAgainMs);
  }

  async #triggers({ namespace, name }: NamespacedName, maxAgeMs: number): Promise<readonly Metadata[]> {
    const key = objectKey({ namespace, name });
    const known = this.#answers.get(key);
    const now = this.#clock.monotonic();
    if (known !== undefined && now - known.at < maxAgeMs) return known.triggers;
    const answer = {
      triggers: withDeadline(answerMs, unending, (signal) => this.#read({ namespace, name }, signal)),
      at: now,
    };
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > most && oldest !== undefined) this.#answers.delete(oldest);
    try {
      return await answer.triggers;
    } catch (error) {
      if (this.#answers.get(key) === answer) this.#answers.delete(key);
      throw error;
    }
  }

  async #read(name: NamespacedName, signal: AbortSignal): Promise<readonly Metadata[]> {
    try {
      const [scaled, distributed] = await Promise.all([
        orNothing(async () =>
          this.#client.get(await this.#client.resourceFor(scaledObjectKind, { signal }), name, { signal }),
        ),
        orNothing(() => this.#client.get(resources.distributedScaledObjects, name, { signal })),
      ]);
      const inner = recordAt(distributed?.['spec'], 'scaledObjectSpec');
      return [...externalTriggers(recordAt(scaled, 'spec')), ...externalTriggers(inner)];
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      throw new TriggerError(`cannot see whether ${objectKey(name)} asks for this: ${error.name}`, {
        kind: 'unreachable',
        cause: error,
      });
    }
  }
}

async function orNothing(get: () => Promise<KubeObject>): Promise<KubeObject | undefined> {
  try {
    return await get();
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof NoMatchError) return undefined;
    throw error;
  }
}

function externalTriggers(spec: Fields): readonly Metadata[] {
  return listAt(spec, 'triggers').flatMap(({ type, metadata }) => {
    const isExternal = type === 'external' || type === 'external-push';
    return isExternal && isRecord(metadata) ? [metadata as Metadata] : [];
  });
}

/** KEDA sends what `…FromEnv` leads to instead of its name, or leaves it out. Nothing that is served reads it. */
function comparable(metadata: Metadata): string {
  const entries = Object.entries(metadata).filter(([name]) => !name.endsWith('FromEnv'));
  return JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
