import { certificatePair, type Credential } from '../../kube/index.ts';
import { AccessError } from './access-error.ts';
import { jwtExpiry } from './jwt-expiry.ts';

export interface FetchedCredential {
  /** Its `expiresAt` is what the source declared, else what the token or certificate itself says. */
  readonly credential: Credential;
  /** When it must not be used any more, because its source said so; milliseconds since the epoch. */
  readonly endsAt: number | undefined;
}

export interface CredentialParts {
  readonly token?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly endsAt?: number | undefined;
}

/**
 * Checks what a plugin or a Secret gave before anything is dialled with it. White space around a token is cut off; inside
 * it would end up in a header. `from` begins every message. Throws AccessError.
 */
export function fetchedCredential(
  { token, cert, key, endsAt }: CredentialParts,
  from: string,
): FetchedCredential {
  const bearer = token?.trim() ?? '';
  if (!/^[\x21-\x7e]*$/.test(bearer))
    throw new AccessError(
      'CredentialInvalid',
      `${from} gave a token with white space or other characters that no header may have`,
    );
  const hasCert = cert !== undefined && cert !== '';
  const hasKey = key !== undefined && key !== '';
  if (hasCert !== hasKey) {
    const [given, missing] = hasCert ? ['certificate', 'key'] : ['key', 'certificate'];
    throw new AccessError('CredentialIncomplete', `${from} gave a client ${given} without its ${missing}`);
  }
  if (bearer === '' && !hasCert)
    throw new AccessError(
      'CredentialIncomplete',
      `${from} gave neither a token nor a client certificate with its key`,
    );
  const pair = hasCert && hasKey ? certificatePair(cert, key) : undefined;
  if (pair !== undefined && 'problem' in pair)
    throw new AccessError(
      'CredentialInvalid',
      `${from} gave a client certificate and key that ${pair.problem}`,
    );
  const expiresAt = endsAt ?? earliest(bearer === '' ? undefined : jwtExpiry(bearer), pair?.expiresAt);
  return {
    credential: {
      ...(bearer === '' ? {} : { token: bearer }),
      ...(hasCert && hasKey ? { certificate: { cert, key } } : {}),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
    endsAt,
  };
}

export function sameSecret(a: Credential, b: Credential): boolean {
  return (
    a.token === b.token &&
    a.certificate?.cert === b.certificate?.cert &&
    a.certificate?.key === b.certificate?.key
  );
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
