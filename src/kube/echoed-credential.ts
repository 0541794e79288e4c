import type { Credential } from './credentials.ts';

const masked = '[redacted]';

/**
 * An answer without the credential of its request, which it may repeat: as it is, as it stands in a header, in base64,
 * escaped for JSON or for a URL. Texts too short to be a secret stay.
 */
export function withoutCredential(text: string, { token, basic }: Credential): string {
  const secrets = [token, basic?.password].filter((secret) => secret !== undefined && secret.length >= 8);
  const pair =
    basic === undefined ? [] : [Buffer.from(`${basic.username}:${basic.password}`).toString('base64')];
  const forms = new Set([...secrets, ...pair].flatMap((secret = '') => formsOf(secret)));
  // The longest first, so that none leaves a rest of another.
  const ordered = [...forms].toSorted((a, b) => b.length - a.length);
  return ordered.reduce((result, form) => result.replaceAll(form, masked), text);
}

function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    json,
    // Go escapes these in JSON, PHP and others the slash.
    json.replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e'),
    json.replaceAll('/', '\\/'),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ];
}
