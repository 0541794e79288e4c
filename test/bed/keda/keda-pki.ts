import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, issueCertificate, type KeyPair } from '../pki/index.ts';
import { kedaFiles, kedaNamespace } from './keda-flags.ts';
import { adapterService } from './keda-objects.ts';

/** Writes the certificates of KEDA into the cluster's directory; returns the authority's, PEM. */
export async function writeKedaPki(directory: string, now: Date): Promise<string> {
  const authority = await createAuthority('keda', now);
  const [operator, adapter, client] = await Promise.all([
    issueCertificate(authority, { for: 'server', hosts: ['127.0.0.1', 'localhost'] }, now),
    // The aggregation layer checks the name of the Service, whatever address that leads to.
    issueCertificate(authority, { for: 'server', hosts: [`${adapterService}.${kedaNamespace}.svc`] }, now),
    issueCertificate(authority, { for: 'client', user: 'keda-adapter', groups: [] }, now),
  ]);
  const write = async (place: string, { cert, key }: KeyPair): Promise<void> => {
    const path = join(directory, place);
    await mkdir(path, { recursive: true, mode: 0o700 });
    const files = { 'ca.crt': authority.certificate, 'tls.crt': cert, 'tls.key': key };
    await Promise.all(
      Object.entries(files).map(([name, text]) => writeFile(join(path, name), text, { mode: 0o600 })),
    );
  };
  await Promise.all([
    write(kedaFiles.operatorCertificates, operator),
    write(kedaFiles.adapterCertificates, adapter),
    write(kedaFiles.clientCertificates, client),
  ]);
  return authority.certificate;
}
