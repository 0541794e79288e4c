import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Resource } from '../../src/kube/index.ts';
import { createAuthority, issueCertificate } from '../../test/bed/index.ts';
import type { SpokeServerOptions } from './spoke-server.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));
const host = '127.0.0.1';

/** Simulated spokes in a process of their own, so that their memory and time are not counted with anybody else's. */
export class SimulatedSpokes implements AsyncDisposable {
  /** PEM; signs the certificate of all of them. */
  readonly certificateAuthority: string;
  readonly #child: ChildProcess;
  readonly #port: number;

  private constructor(child: ChildProcess, port: number, certificateAuthority: string) {
    this.#child = child;
    this.#port = port;
    this.certificateAuthority = certificateAuthority;
  }

  /** `served`: what an API server without anything installed serves. */
  static async start(served: readonly Resource[]): Promise<SimulatedSpokes> {
    const authority = await createAuthority('simulated-spokes', new Date());
    const pair = await issueCertificate(authority, { for: 'server', hosts: [host] }, new Date());
    const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const options: SpokeServerOptions = { pair, served };
    child.send(options);
    const answer: unknown[] = await Promise.race([once(child, 'message'), endedEarly(child)]);
    const { port } = answer[0] as { readonly port: number };
    return new SimulatedSpokes(child, port, authority.certificate);
  }

  /** The address of the one with this name; it exists as soon as somebody asks for it. */
  server(name: string): string {
    return `https://${host}:${this.#port}/clusters/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}

async function endedEarly(child: ChildProcess): Promise<never> {
  await once(child, 'exit');
  throw new Error('the process of the simulated spokes ended before it served them');
}
