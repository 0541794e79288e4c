import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Resource } from '../../src/kube/index.ts';
import { createAuthority, issueCertificate, type KeyPair } from '../bed/index.ts';

export interface SimulatedSpokesOptions {
  readonly count: number;
  /** Beside these, the kinds of CustomResourceDefinitions are served as soon as those are applied. */
  readonly resources: readonly Resource[];
}

/** What the child is started with. */
export interface SimulationSettings extends SimulatedSpokesOptions {
  readonly pair: KeyPair;
}

/** What the child tells once all servers listen, and again whenever it is asked. */
export interface SimulationReport {
  /** By spoke, as are the others. */
  readonly ports: readonly number[];
  /** TLS connections that are open now. */
  readonly open: readonly number[];
}

/**
 * API servers in a process of their own that speak as much of the API as a delivery asks for: real TLS, HTTP/2, watches
 * and server-side apply, and Deployments that are available as soon as they are applied. Cheap enough for a fleet.
 */
export class SimulatedSpokes implements AsyncDisposable {
  /** PEM; signs all servers. */
  readonly certificateAuthority: string;
  readonly ports: readonly number[];
  readonly #child: ChildProcess;

  static async start(options: SimulatedSpokesOptions): Promise<SimulatedSpokes> {
    const authority = await createAuthority('simulated', new Date());
    const pair = await issueCertificate(authority, { for: 'server', hosts: ['127.0.0.1'] }, new Date());
    const settings: SimulationSettings = { ...options, pair };
    const child = fork(fileURLToPath(new URL('simulated-spokes-main.ts', import.meta.url)), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
    });
    child.send(settings);
    const [report] = (await once(child, 'message')) as [SimulationReport];
    return new SimulatedSpokes(child, authority.certificate, report.ports);
  }

  private constructor(child: ChildProcess, certificateAuthority: string, ports: readonly number[]) {
    this.#child = child;
    this.certificateAuthority = certificateAuthority;
    this.ports = ports;
  }

  /** Open TLS connections of each spoke. */
  async openConnections(): Promise<readonly number[]> {
    this.#child.send('report');
    const [report] = (await once(this.#child, 'message')) as [SimulationReport];
    return report.open;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
