import { randomBytes } from 'node:crypto';

/** Secrets that a test puts where secrets may be, to look for them where none may be. */
export class PlantedSecrets {
  readonly #planted = new Map<string, string>();

  /** An opaque one, as the tokens of many issuers are. */
  plant(what: string): string {
    const secret = `planted-A1${randomBytes(24).toString('base64url')}`;
    this.#planted.set(what, secret);
    return secret;
  }

  get count(): number {
    return this.#planted.size;
  }

  /** What was found where, as it is or in base64. */
  found(places: Readonly<Record<string, unknown>>): readonly string[] {
    return Object.entries(places).flatMap(([place, content]) => {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      return [...this.#planted].flatMap(([what, secret]) => {
        const forms = [
          secret,
          encodeURIComponent(secret),
          Buffer.from(secret).toString('base64').slice(0, 40),
        ];
        return forms.some((form) => text.includes(form)) ? [`${what} in ${place}`] : [];
      });
    });
  }
}
