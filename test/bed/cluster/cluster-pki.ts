import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, issueCertificate, type Authority, type KeyPair } from '../pki/index.ts';
import { clusterFiles } from './component-flags.ts';

/** The keys of one cluster. Servers and clients have different authorities, so that either can be changed alone. */
export interface ClusterPki {
  readonly servingAuthority: Authority;
  readonly clientAuthority: Authority;
  /** Of group system:masters, which no RBAC rule restricts. */
  readonly admin: KeyPair;
}

const servingHosts = ['127.0.0.1', 'localhost', 'kubernetes.default.svc'];

/** Creates all keys of a cluster and writes those that components read into its directory. */
export async function createClusterPki(directory: string, cluster: string, now: Date): Promise<ClusterPki> {
  await mkdir(join(directory, 'pki'), { mode: 0o700 });
  const [servingAuthority, clientAuthority, frontProxyAuthority] = await Promise.all([
    createAuthority(`${cluster}-serving`, now),
    createAuthority(`${cluster}-clients`, now),
    createAuthority(`${cluster}-front-proxy`, now),
  ]);
  const [admin, frontProxy] = await Promise.all([
    issueCertificate(clientAuthority, { for: 'client', user: 'admin', groups: ['system:masters'] }, now),
    issueCertificate(frontProxyAuthority, { for: 'client', user: 'front-proxy', groups: [] }, now),
    writeServingCertificate(directory, servingAuthority, now),
  ]);
  const serviceAccounts = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeAll(directory, {
    [clusterFiles.clientAuthority]: clientAuthority.certificate,
    [clusterFiles.frontProxyAuthority]: frontProxyAuthority.certificate,
    [clusterFiles.frontProxyCertificate]: frontProxy.cert,
    [clusterFiles.frontProxyKey]: frontProxy.key,
    [clusterFiles.serviceAccountPublicKey]: serviceAccounts.publicKey.export({ type: 'spki', format: 'pem' }),
    [clusterFiles.serviceAccountKey]: serviceAccounts.privateKey.export({ type: 'sec1', format: 'pem' }),
  });
  return { servingAuthority, clientAuthority, admin };
}

/** A new key and certificate for the API server, which it reads at its next start. */
export async function writeServingCertificate(
  directory: string,
  authority: Authority,
  now: Date,
): Promise<void> {
  const { cert, key } = await issueCertificate(authority, { for: 'server', hosts: servingHosts }, now);
  await writeAll(directory, {
    [clusterFiles.servingAuthority]: authority.certificate,
    [clusterFiles.servingCertificate]: cert,
    [clusterFiles.servingKey]: key,
  });
}

async function writeAll(directory: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  await Promise.all(
    Object.entries(files).map(([file, text]) => writeFile(join(directory, file), text, { mode: 0o600 })),
  );
}
