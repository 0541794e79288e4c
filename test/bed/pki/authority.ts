import { randomBytes, webcrypto } from 'node:crypto';
import { certificateExtensions, type CertificatePurpose } from './extensions.ts';
import * as x509 from './x509.ts';

/** A certificate and its private key, both PEM; the key is PKCS #8. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority that lives as long as the bed: its key never leaves the process. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** P-256, because a key takes a millisecond where RSA takes hundreds. */
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const hourMs = 3_600_000;
const validityMs = 365 * 24 * hourMs;

/** A new self-signed authority, valid for a year from `now`. */
export async function createAuthority(name: string, now: Date): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(now),
    serialNumber: serialNumber(),
    subject: [{ CN: [name] }],
    issuer: [{ CN: [name] }],
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: await certificateExtensions({ for: 'authority' }, keys.publicKey, keys.publicKey),
  });
  return { certificate: `${certificate.toString('pem')}\n`, name, keys };
}

/**
 * A certificate for a server (`hosts`: IP addresses and DNS names) or a client, who is to Kubernetes the user and the groups
 * named (common name and organizations, as in the x509 request authenticator).
 */
export async function issueCertificate(
  authority: Authority,
  purpose: Exclude<CertificatePurpose, { for: 'authority' }>,
  now: Date,
): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(now),
    serialNumber: serialNumber(),
    subject: subject(purpose),
    issuer: [{ CN: [authority.name] }],
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: await certificateExtensions(purpose, keys.publicKey, authority.keys.publicKey),
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  };
}

function subject(purpose: Exclude<CertificatePurpose, { for: 'authority' }>): x509.JsonName {
  if (purpose.for === 'server') return [{ CN: ['kube-apiserver'] }];
  return [...purpose.groups.map((group) => ({ O: [group] })), { CN: [purpose.user] }];
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

/** An hour back, so that a clock that was just set back does not refuse a new certificate. */
function validity(now: Date): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - hourMs), notAfter: new Date(now.getTime() + validityMs) };
}

/** Positive and of at most 20 octets, as RFC 5280 §4.1.2.2 asks. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString('hex');
}
