import { isIP } from 'node:net';
import * as x509 from './x509.ts';
import type { webcrypto } from 'node:crypto';

export type CertificatePurpose =
  | { readonly for: 'authority' }
  | { readonly for: 'server'; readonly hosts: readonly string[] }
  | { readonly for: 'client'; readonly user: string; readonly groups: readonly string[] };

/** The X.509 v3 extensions that make a certificate usable for its purpose and for nothing else (RFC 5280 §4.2). */
export async function certificateExtensions(
  purpose: CertificatePurpose,
  publicKey: webcrypto.CryptoKey,
  issuerKey: webcrypto.CryptoKey,
): Promise<x509.Extension[]> {
  return [
    ...usage(purpose),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
  ];
}

function usage(purpose: CertificatePurpose): x509.Extension[] {
  if (purpose.for === 'authority') {
    return [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ];
  }
  const leaf = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
  ];
  if (purpose.for === 'client') {
    return [...leaf, new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])];
  }
  const names = purpose.hosts.map((host): x509.JsonGeneralName => ({
    type: isIP(host) === 0 ? 'dns' : 'ip',
    value: host,
  }));
  return [
    ...leaf,
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ];
}
