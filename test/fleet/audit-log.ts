import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NamespacedName } from '../../src/api/index.ts';
import type { CountWrite } from '../support/lowest-total.ts';

/** One request as an API server noted it (audit.k8s.io/v1), as far as tests ask. */
export interface AuditEntry {
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly user: { readonly username?: string };
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number; readonly message?: string };
  /** Of requests for Deployments, their `/scale` and their status. */
  readonly requestObject?: Readonly<Record<string, unknown>>;
  /** RFC 3339 with microseconds. */
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

export function isByOperator({ userAgent }: AuditEntry): boolean {
  return userAgent?.startsWith('wheelwright/') === true;
}

/** Created to be answered, and kept nowhere: they only ask. */
const questions = /^(self)?subject(access|rules)?reviews$/;

/** Whether it may have changed something that is neither an event nor a Lease. */
export function isWrite({ verb, objectRef: { resource = '' } = {} }: AuditEntry): boolean {
  if (['get', 'list', 'watch'].includes(verb) || questions.test(resource)) return false;
  return resource !== 'events' && resource !== 'leases';
}

/** `patch /api/v1/…` */
export function requestLine({ verb, requestURI }: AuditEntry): string {
  return `${verb} ${requestURI.split('?')[0]}`;
}

/** Has an API server note every request it answers: who asked, for what, and with what result. */
export class AuditLog implements AsyncDisposable {
  readonly #directory: string;

  /** With a group, only of its members, and who makes and removes Deployments. */
  static async create(group?: string): Promise<AuditLog> {
    const log = new AuditLog(await mkdtemp(join(tmpdir(), 'audit-')));
    const whose = group === undefined ? {} : { userGroups: [group] };
    const policy = {
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      rules: [
        {
          level: 'Request',
          verbs: ['create', 'update', 'patch'],
          resources: [
            { group: 'apps', resources: ['deployments', 'deployments/scale', 'deployments/status'] },
          ],
          ...whose,
        },
        { level: 'Metadata', ...whose },
        {
          level: 'Metadata',
          verbs: ['create', 'patch', 'update', 'delete'],
          resources: [{ group: 'apps', resources: ['deployments'] }],
        },
      ],
    };
    await writeFile(log.#policy, JSON.stringify(policy));
    return log;
  }

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** For the kube-apiserver. */
  get flags(): readonly string[] {
    return [`--audit-policy-file=${this.#policy}`, `--audit-log-path=${this.#log}`];
  }

  /** Everything so far, in the order in which it was answered. */
  async entries(): Promise<readonly AuditEntry[]> {
    const text = await readFile(this.#log, 'utf8').catch(nothingYet);
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as AuditEntry);
  }

  /** What the operator asked for, in the same order. */
  async ofOperator(): Promise<readonly AuditEntry[]> {
    return (await this.entries()).filter(isByOperator);
  }

  /**
   * The lines of whatever the operator asked to change since a time, but for events and Leases: by when the
   * server got it, because it notes a request only after others can see what it did.
   */
  async writesSince(startedAt: number): Promise<readonly string[]> {
    return (await this.ofOperator())
      .filter(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp) > startedAt)
      .filter(isWrite)
      .map(requestLine);
  }

  /** The replicas that the operator asked of Deployments since a time, one after another, with when the server was asked. */
  async scalesSince(
    startedAt: number,
  ): Promise<readonly { readonly at: number; readonly replicas: number }[]> {
    return (await this.ofOperator())
      .filter(({ objectRef, verb }) => objectRef?.resource === 'deployments' && verb === 'patch')
      .map(({ requestReceivedTimestamp, requestObject = {} }) => ({
        at: Date.parse(requestReceivedTimestamp),
        replicas: (requestObject['spec'] as { readonly replicas: number }).replicas,
      }))
      .filter(({ at }) => at > startedAt);
  }

  /** How many replicas of a Deployment were ready, as its controller wrote it since a time, one after another. */
  async readySince(startedAt: number, { namespace, name }: NamespacedName): Promise<readonly CountWrite[]> {
    return (await this.entries())
      .filter(({ objectRef: on }) => on?.resource === 'deployments' && on.subresource === 'status')
      .filter(({ objectRef: on }) => on?.namespace === namespace && on?.name === name)
      .filter(({ responseStatus }) => responseStatus?.code === 200)
      .map(({ requestObject = {}, requestReceivedTimestamp: from, stageTimestamp: to }) => {
        const { readyReplicas = 0 } = requestObject['status'] as { readonly readyReplicas?: number };
        return { count: readyReplicas, from, to };
      })
      .filter(({ from }) => Date.parse(from) > startedAt);
  }

  /**
   * The lines of what users of such names had no right to, each once. From when the Deployment with the name of a service
   * account is removed until it is made again, what runs as that account is ending, and its rights are gone.
   */
  async refusalsOf(users: RegExp): Promise<readonly string[]> {
    const removed = new Set<string>();
    const refused: string[] = [];
    const byArrival = (await this.entries()).toSorted((a, b) =>
      a.requestReceivedTimestamp < b.requestReceivedTimestamp ? -1 : 1,
    );
    for (const entry of byArrival) {
      const { user, verb, objectRef, responseStatus: { code = 0, message = '' } = {} } = entry;
      if (objectRef?.resource === 'deployments' && objectRef.subresource === undefined && code < 300) {
        const account = `system:serviceaccount:${objectRef.namespace}:${objectRef.name}`;
        if (verb === 'delete') removed.add(account);
        else if (isWrite(entry)) removed.delete(account);
      }
      const { username = '' } = user;
      if (code !== 403 || !users.test(username) || removed.has(username)) continue;
      if (!isForNobody.test(message)) refused.push(requestLine(entry));
    }
    return [...new Set(refused)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #policy(): string {
    return join(this.#directory, 'policy.json');
  }

  get #log(): string {
    return join(this.#directory, 'audit.log');
  }
}

/** Whoever asks: nothing is created in a namespace, or of a kind, that is on its way out. */
const isForNobody = /\bterminat(ing|ed)$/;

/** The file comes with the first entry. */
function nothingYet(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
  throw error;
}
