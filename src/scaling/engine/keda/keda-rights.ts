import { apiVersion, isRecord, type KubeObject } from '../../../api/index.ts';
import { type Clock, type KubeClient, KubeError, NotFoundError, resources } from '../../../kube/index.ts';

/** Whoever runs KEDA. */
export interface KedaAccount {
  readonly namespace: string;
  readonly name: string;
}

/** What KEDA does with the object that a ScaledObject names, and with nothing else of it. */
const needed = [
  { verb: 'get', subresource: undefined },
  { verb: 'get', subresource: 'scale' },
  { verb: 'update', subresource: 'scale' },
] as const;

const target = {
  group: 'keda.kedify.io',
  version: 'v1alpha1',
  resource: 'distributedscaledobjects',
} as const;
/** As KEDA's own manifests and its chart label it. */
const operatorSelector = 'app=keda-operator';
const usualAccount: KedaAccount = { namespace: 'keda', name: 'keda-operator' };
const believedForMs = 10_000;

/**
 * Whether KEDA may scale DistributedScaledObjects. Its usual installation may scale everything; a hardened one lists
 * kinds, and then nothing but KEDA's own log tells why a total stays.
 */
export class KedaRights {
  readonly #client: KubeClient;
  readonly #clock: Clock;
  /** By namespace; what is old goes at the next question. */
  readonly #answers = new Map<
    string,
    { readonly at: number; readonly answer: Promise<string | undefined> }
  >();

  constructor(client: KubeClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /**
   * What is missing in a namespace, and the remedy, in a sentence; undefined where nothing is, and where it cannot be told.
   * What was told a moment ago is not asked again.
   */
  async missing(namespace: string, signal: AbortSignal): Promise<string | undefined> {
    const now = this.#clock.monotonic();
    for (const [key, { at }] of this.#answers) if (now - at >= believedForMs) this.#answers.delete(key);
    const known = this.#answers.get(namespace);
    if (known !== undefined) return known.answer;
    const answer = this.#ask(namespace, signal);
    this.#answers.set(namespace, { at: now, answer });
    return answer;
  }

  async #ask(namespace: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const account = await this.#account(signal);
      if (account === undefined) return undefined;
      const answers = await Promise.all(
        needed.map((right) => this.#isAllowed(account, { ...target, ...right, namespace }, signal)),
      );
      return missingRights(account, answers);
    } catch (error) {
      // Who may not ask, or gets no answer, does not know.
      if (signal.aborted) this.#answers.delete(namespace);
      if (error instanceof KubeError || signal.aborted) return undefined;
      throw error;
    }
  }

  async #account(signal: AbortSignal): Promise<KedaAccount | undefined> {
    const { items } = await this.#client.list(resources.deployments, {
      labelSelector: operatorSelector,
      signal,
    });
    const account = items.map(accountOf).find((found) => found !== undefined);
    if (account !== undefined) return account;
    try {
      await this.#client.get(resources.serviceAccounts, usualAccount, { signal, metadataOnly: true });
      return usualAccount;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  async #isAllowed(
    { namespace, name }: KedaAccount,
    resourceAttributes: object,
    signal: AbortSignal,
  ): Promise<boolean> {
    const kind = resources.subjectAccessReviews;
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
    const review = await this.#client.create(
      kind,
      {
        apiVersion: apiVersion(kind),
        kind: kind.kind,
        metadata: { name: '' },
        spec: {
          user: `system:serviceaccount:${namespace}:${name}`,
          groups,
          resourceAttributes,
        },
      },
      { signal },
    );
    const { status } = review;
    return isRecord(status) && status['allowed'] === true;
  }
}

/** `allowed` is in the order of `needed`. */
export function missingRights(
  { namespace, name }: KedaAccount,
  allowed: readonly boolean[],
): string | undefined {
  const missing = needed.filter((_, index) => allowed[index] === false);
  if (missing.length === 0) return undefined;
  const resource = `${target.resource}.${target.group}`;
  const rights = missing.map(
    ({ verb, subresource }) => `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`,
  );
  return `the ServiceAccount ${namespace}/${name} of KEDA may not ${rights.join(', ')}; grant it by a ClusterRole, or by rbac.scaledRefKinds of KEDA's chart`;
}

function accountOf(deployment: KubeObject): KedaAccount | undefined {
  const { namespace = '' } = deployment.metadata;
  const spec = deployment['spec'];
  const template = isRecord(spec) ? spec['template'] : undefined;
  const pod = isRecord(template) ? template['spec'] : undefined;
  const name = isRecord(pod) ? pod['serviceAccountName'] : undefined;
  return typeof name === 'string' && name !== '' ? { namespace, name } : undefined;
}
