import type { Credential, CredentialSource } from '../../src/kube/index.ts';

/** Credentials by hand: hands out `current`, and asks `renew` for the next one after a refusal, once for all who ask. */
export class RotatingCredentials implements CredentialSource {
  current: Credential;
  renewals = 0;
  readonly #renew: () => Credential | Promise<Credential>;
  #renewing: Promise<Credential> | undefined;

  constructor(first: Credential, renew: () => Credential | Promise<Credential>) {
    this.current = first;
    this.#renew = renew;
  }

  async get(): Promise<Credential> {
    return this.#renewing ?? this.current;
  }

  invalidate(refused: Credential): void {
    if (refused !== this.current || this.#renewing !== undefined) return;
    this.renewals++;
    this.#renewing = Promise.resolve(this.#renew()).then((next) => {
      this.current = next;
      this.#renewing = undefined;
      return next;
    });
  }

  close(): void {
    this.#renewing = undefined;
  }
}
