import { load } from 'js-yaml';

/** Shorter values stand in texts for other reasons too. */
const shortest = 8;
/** So much of a secret in a row is told as if it were all of it: texts are cut off, and quoted in parts. */
const partLength = 24;
/** What tests plant where no list of secrets can name it: on the stderr of plugins, in broken YAML, in URLs. */
const planted = /planted-A1[\w-]{16,}/;
/** In what a part of a secret is looked for: tokens, base64, and both in URLs. */
const words = /[\w.~%+/=-]{24,}/g;

/** Secrets by what they are, to be looked for where none may be. */
export class KnownSecrets {
  /** What each part of a long secret is part of. */
  readonly #parts = new Map<string, string>();
  /** Those too short for parts, or of several words. */
  readonly #whole = new Map<string, string>();

  /** Everything in a value that nobody may see: of kubeconfigs and other documents their credentials, of PEM the keys. */
  note(what: string, value: string): void {
    for (const secret of secretsIn(value)) {
      for (const form of formsOf(secret)) {
        if (form.length < partLength || form.replace(words, '') !== '') this.#whole.set(form, what);
        else for (const part of partsOf(form)) this.#parts.set(part, what);
      }
    }
  }

  /** What a Secret of the API holds, as it is stored and as it is meant. */
  noteSecret(place: string, data: Readonly<Record<string, string>> = {}): void {
    for (const [key, value] of Object.entries(data)) {
      const what = `${key} of Secret ${place}`;
      const meant = Buffer.from(value, 'base64').toString();
      // Tokens of service accounts come with the namespace that they lie in, which is no secret.
      if (key === 'namespace' && place.startsWith(`${meant}/`)) continue;
      this.note(what, meant);
      for (const part of partsOf(value)) this.#parts.set(part, what);
    }
  }

  /** What of them a text tells. */
  foundIn(text: string): readonly string[] {
    const found = new Set<string>();
    for (const [secret, what] of this.#whole) if (text.includes(secret)) found.add(what);
    for (const [word] of text.matchAll(words)) {
      for (let from = 0; from + partLength <= word.length; from++) {
        const what = this.#parts.get(word.slice(from, from + partLength));
        if (what !== undefined) found.add(what);
      }
    }
    if (planted.test(text)) found.add('a planted secret');
    return [...found];
  }
}

function secretsIn(value: string): readonly string[] {
  return (credentialsIn(value) ?? [value.trim()])
    .flatMap((secret) => [secret, Buffer.from(secret, 'base64').toString()].find(isPem) ?? secret)
    .flatMap((secret) => (isPem(secret) ? keyLines(secret) : [secret, ...longWords(secret)]))
    .filter((secret) => secret.length >= shortest);
}

/** What of a kubeconfig is secret; certificates, programs and their arguments are not. */
const credentialKeys = new Set([
  'token',
  'password',
  'client-key-data',
  'value',
  'id-token',
  'refresh-token',
]);

/** The texts of a JSON or YAML document; of a kubeconfig the credentials of its users; undefined for any other text. */
function credentialsIn(value: string): readonly string[] | undefined {
  const document = parse(value);
  if (typeof document !== 'object' || document === null) return undefined;
  return 'users' in document
    ? leaves(document.users, (key) => credentialKeys.has(key))
    : leaves(document, () => true);
}

function leaves(value: unknown, counts: (key: string) => boolean): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    if (typeof child !== 'string') return leaves(child, counts);
    return counts(key) ? [child] : [];
  });
}

function parse(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

function longWords(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word.length >= partLength);
}

function keyLines(pem: string): readonly string[] {
  const keys = pem.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+/g) ?? [];
  return keys.flatMap((key) => key.split('\n').slice(1)).filter((line) => line.length >= partLength);
}

/** As it is, in JSON, in a URL, and in base64 wherever in the encoded text it begins. */
function formsOf(secret: string): readonly string[] {
  const encoded = [0, 1, 2].map((before) => {
    const text = Buffer.from(`${'x'.repeat(before)}${secret}`).toString('base64');
    // The first and the last characters depend on the neighbours.
    return text.slice(before === 0 ? 0 : 4, -4);
  });
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    ...encoded.filter((text) => text.length >= shortest),
  ];
}

/** One after another, and the last as long as the others: whoever tells twice as much tells one of them. */
function partsOf(secret: string): readonly string[] {
  const parts: string[] = [];
  for (let from = 0; from + partLength <= secret.length; from += partLength) {
    parts.push(secret.slice(from, from + partLength));
  }
  if (secret.length >= partLength) parts.push(secret.slice(-partLength));
  return parts;
}

/** What is known as one in this process; whoever makes one notes it here. */
export const knownSecrets = new KnownSecrets();
