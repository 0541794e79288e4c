import { readFile } from 'node:fs/promises';
import { certificateBundleFromPem, type Endpoint, parseServerAddress } from '../../kube/index.ts';
import { usageError } from '../failure/cli-error.ts';
import type { AddFlags } from './member-flags.ts';
import type { MemberAccess } from './member-kubeconfig.ts';
import type { ServiceAccountToken } from './service-account-token.ts';

/** What the flags say about the way from the hub to the member; read before anything is changed. */
export interface WantedAccess {
  readonly server: string | undefined;
  /** In base64. */
  readonly certificateAuthorityData: string | undefined;
  readonly tlsServerName: string | undefined;
}

/** Throws CliError for an address or a certificate that cannot be used, and what the operating system refuses. */
export async function wantedAccess({ memberApiUrl, caFile, tlsServerName }: AddFlags): Promise<WantedAccess> {
  return {
    server: memberApiUrl === undefined ? undefined : serverOf(memberApiUrl),
    certificateAuthorityData: caFile === undefined ? undefined : await authorityOf(caFile),
    tlsServerName,
  };
}

/**
 * How the hub is to reach the member. What verified the server's certificate on the way from here does so on the way
 * from the hub, as long as it is the same address; another address is taken to be inside the cluster's own authority.
 */
export function memberAccess(
  wanted: WantedAccess,
  { server, certificateAuthority, tlsServerName, insecureSkipTlsVerify }: Endpoint,
  { token, certificateAuthorityData: ownAuthority }: ServiceAccountToken,
): MemberAccess {
  const isSame = wanted.server === undefined || wanted.server === server;
  const verifiedHere = isSame && insecureSkipTlsVerify !== true;
  const fromHere =
    certificateAuthority === undefined ? undefined : Buffer.from(certificateAuthority).toString('base64');
  return {
    server: wanted.server ?? server,
    certificateAuthorityData: wanted.certificateAuthorityData ?? (verifiedHere ? fromHere : ownAuthority),
    tlsServerName: wanted.tlsServerName ?? (isSame ? tlsServerName : undefined),
    token,
  };
}

/** Addresses that mean another machine to the hub than they do here. */
export function isLoopback(server: string): boolean {
  const { hostname } = new URL(server);
  return ['localhost', '0.0.0.0', '[::1]', '[::]'].includes(hostname) || hostname.startsWith('127.');
}

function serverOf(url: string): string {
  const address = parseServerAddress(url);
  if ('problem' in address)
    throw usageError(`--member-api-url ${address.problem}, as in 'https://eu-1.example.com:6443'.`, {
      code: 'WW5003',
    });
  return address.server;
}

async function authorityOf(file: string): Promise<string> {
  const pem = await readFile(file, 'utf8');
  const bundle = certificateBundleFromPem(pem);
  if ('problem' in bundle)
    throw usageError(`--ca-file '${file}' ${bundle.problem}.`, {
      fix: 'name a file with one or more certificates in PEM',
      code: 'WW5007',
    });
  return Buffer.from(bundle.pem).toString('base64');
}
