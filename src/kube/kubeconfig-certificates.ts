import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Refusal } from './kubeconfig-server.ts';

export interface CertificateBundle {
  /** The certificates that could be read, and nothing else. */
  readonly pem: string;
  /** When the first of them ends; milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly doubleEncoded: boolean;
}

const largestBundleBytes = 1 << 20;
/** Base64 of `-----BEGIN`. */
const wrappedPem = 'LS0tLS1CRUdJTi';
const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Reads `certificate-authority-data`: base64 of PEM, or base64 of base64 of PEM, which KubeFleet writes. Certificates
 * that cannot be read are left out as long as one can, as Go's certificate pool does. A leaf is as good as a CA.
 */
export function certificateBundle(base64: string): CertificateBundle | Refusal {
  const once = decodeBase64(base64);
  if (once === undefined) return { problem: 'must be base64' };
  if (once.length > largestBundleBytes) return { problem: 'must not be larger than 1 MiB' };
  const doubleEncoded = once.startsWith(wrappedPem);
  const pem = doubleEncoded ? decodeBase64(once) : once;
  if (pem === undefined) return { problem: 'must be base64 of PEM text' };
  const bundle = certificateBundleFromPem(pem);
  return 'problem' in bundle ? bundle : { ...bundle, doubleEncoded };
}

export function certificateBundleFromPem(text: string): CertificateBundle | Refusal {
  if (text.length > largestBundleBytes) return { problem: 'must not be larger than 1 MiB' };
  const blocks: string[] = [];
  let expiresAt = Number.POSITIVE_INFINITY;
  for (const [block] of text.matchAll(certificateBlock)) {
    const certificate = readCertificate(block);
    if (certificate === undefined) continue;
    blocks.push(`${block}\n`);
    expiresAt = Math.min(expiresAt, certificate.validToDate.getTime());
  }
  return blocks.length === 0
    ? { problem: 'must hold at least one readable certificate in PEM' }
    : { pem: blocks.join(''), expiresAt, doubleEncoded: false };
}

export interface CertificatePair {
  /** When the client certificate ends; milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Checks a client certificate and its key, both PEM, before anything is dialled with them. */
export function certificatePair(cert: string, key: string): CertificatePair | Refusal {
  if (cert.trimStart().startsWith(wrappedPem) || key.trimStart().startsWith(wrappedPem))
    return { problem: 'must be PEM text, not base64 of PEM text' };
  const certificate = readCertificate(cert);
  if (certificate === undefined) return { problem: 'must begin with a readable certificate in PEM' };
  const privateKey = readPrivateKey(key);
  if (privateKey === undefined) return { problem: 'must come with a readable private key in PEM' };
  if (!certificate.checkPrivateKey(privateKey))
    return { problem: 'must belong together: the key is not that of the certificate' };
  return { expiresAt: certificate.validToDate.getTime() };
}

/** Text of base64 that may be broken into lines; undefined for anything else. */
export function decodeBase64(base64: string): string | undefined {
  const compact = base64.replaceAll(/\s/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined;
  return Buffer.from(compact, 'base64').toString('utf8');
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
