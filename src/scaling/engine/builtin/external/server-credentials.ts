import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type * as Grpc from '@grpc/grpc-js';

/** Names of files with PEM; they are read again while the server runs, for certificates end. */
export interface ServerTlsFiles {
  readonly certificate: string;
  readonly key: string;
  /** Who may ask: clients with a certificate of one of these authorities. Undefined: everybody. */
  readonly clientAuthorities: string | undefined;
}

const refreshIntervalMs = 10_000;

/** What a server shows, and asks of its clients. Throws an Error that names the file that cannot be used. */
export async function serverCredentials(
  grpc: typeof Grpc,
  files: ServerTlsFiles | undefined,
): Promise<Grpc.ServerCredentials> {
  if (files === undefined) return grpc.ServerCredentials.createInsecure();
  // While the files do not fit together, amid a rotation, connections are refused; at the start that is told.
  await check(files);
  const { certificate, key, clientAuthorities } = files;
  const provider = new grpc.experimental.FileWatcherCertificateProvider({
    certificateFile: certificate,
    privateKeyFile: key,
    ...(clientAuthorities === undefined ? {} : { caCertificateFile: clientAuthorities }),
    refreshIntervalMs,
  });
  return clientAuthorities === undefined
    ? grpc.experimental.createCertificateProviderServerCredentials(provider, null, false)
    : grpc.experimental.createCertificateProviderServerCredentials(provider, provider, true);
}

async function check({ certificate, key, clientAuthorities }: ServerTlsFiles): Promise<void> {
  const [cert, privateKey, ca] = await Promise.all([
    readFile(certificate),
    readFile(key),
    clientAuthorities === undefined ? undefined : readFile(clientAuthorities),
  ]);
  try {
    createSecureContext({ cert, key: privateKey, ...(ca === undefined ? {} : { ca }) });
  } catch {
    // Its reason may quote the key.
    const authorities = clientAuthorities === undefined ? '' : `, or the authorities of ${clientAuthorities}`;
    throw new Error(`the certificate of ${certificate} with the key of ${key}${authorities} cannot be used`);
  }
}
