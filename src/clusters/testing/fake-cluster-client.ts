import {
  ForbiddenError,
  type KubeClient,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../../kube/index.ts';
import type { ConnectClient } from '../connection.ts';

const context = { cluster: 'fleet/ap-1', verb: 'get', resource: '/version' };

export const refused = new UnreachableError(context, 'Refused', 'connect ECONNREFUSED');
export const silent = new TimeoutError(context, { message: 'no answer within 3000 ms' });
const forbidden = new ForbiddenError(context, { message: 'namespaces is forbidden' });
export const unauthorized = new UnauthorizedError(context, { message: 'Unauthorized' });

/** An API server that answers as it is told to, and how often it was asked and by how many clients. */
export class FakeServer {
  /** Undefined: it answers. `hang`: it does not. */
  state: Error | 'hang' | undefined;
  /** How long it takes to tell its version, where the caller is as patient; milliseconds. */
  takesMs = 0;
  /** Of its kube-system namespace; undefined: nobody may read that. */
  uid: string | undefined;
  /** Requests for its version so far. */
  asked = 0;
  /** How long the last of them was ready to wait, where it said so; milliseconds. */
  patienceMs: number | undefined;
  /** Clients made so far, and those not closed yet. */
  clients = 0;
  open = 0;
  /** Tells the newest client's owner of trouble. */
  trouble: () => void = () => undefined;

  /** Tells the newest client's owner that somebody is at the other end. */
  alive: () => void = () => undefined;
  /** Tells the newest client's owner of an answer. */
  contact: () => void = () => undefined;

  #answering = Promise.withResolvers<void>();

  /** It answers so from now on, also those who have waited. */
  answer(state?: Error): void {
    this.state = state;
    this.#answering.resolve();
    this.#answering = Promise.withResolvers();
  }

  readonly connect: ConnectClient = ({ cluster, credentials, onTrouble, onContact, onAlive }) => {
    this.clients++;
    this.open++;
    this.trouble = onTrouble;
    this.contact = onContact;
    this.alive = onAlive;
    const life = new AbortController();
    const ask = async <T>(answer: T, signal: AbortSignal | undefined): Promise<T> => {
      const end = AbortSignal.any([life.signal, ...(signal === undefined ? [] : [signal])]);
      await credentials.get(end);
      if (this.state === 'hang') await Promise.race([ended(end), this.#answering.promise]);
      if (this.state instanceof Error) throw this.state;
      return answer;
    };
    const client: Partial<KubeClient> = {
      cluster,
      serverVersion: ({ signal, timeoutMs } = {}) => {
        this.asked++;
        this.patienceMs = timeoutMs;
        if (timeoutMs !== undefined && timeoutMs < this.takesMs) return Promise.reject(silent);
        return ask({ gitVersion: 'v1.36.1', major: '1', minor: '36' }, signal);
      },
      resources: ({ signal } = {}) => ask([], signal),
      get: async (_resource, _name, { signal } = {}) => {
        const { uid } = this;
        if (uid === undefined) throw forbidden;
        return (await ask({ metadata: { name: 'kube-system', uid } }, signal)) as never;
      },
      close: async () => {
        if (!life.signal.aborted) this.open--;
        life.abort(refused);
      },
    };
    return client as KubeClient;
  };
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
