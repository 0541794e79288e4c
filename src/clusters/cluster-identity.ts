import { createHash } from 'node:crypto';
import { type Endpoint, type KubeClient, resources } from '../kube/index.ts';

const uidTimeoutMs = 3_000;
/** Of a hash, in hexadecimal digits: a plan keeps one for each member, and no two of a thousand members are equal by chance. */
const digits = 10;
const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

type Way = Omit<Endpoint, 'insecureSkipTlsVerify'>;

/** The identity of a cluster that is asked for its uid. Never rejects. */
export async function askIdentity(client: KubeClient, way: Way, signal: AbortSignal): Promise<string> {
  return clusterIdentity(await uidOf(client, signal), way);
}

/**
 * Which cluster this is, whatever it is called and whoever asks: `uid.server.ca`, hashes of the uid of its kube-system
 * namespace, empty where that may not be read, of its address with the way there, because one gateway may lead to many
 * clusters, and of each certificate of its authority. To be compared by `isSameCluster` only.
 */
export function clusterIdentity(
  uid: string | undefined,
  { server, certificateAuthority, tlsServerName, proxyUrl }: Way,
): string {
  const authorities = (certificateAuthority?.match(certificate) ?? []).map((pem) =>
    shortHash(pem.replaceAll(/\s+/g, '')),
  );
  return [
    uid === undefined ? '' : shortHash(uid),
    shortHash([new URL(server).href, tlsServerName, proxyUrl].filter((part) => part !== undefined).join(' ')),
    authorities.toSorted().join('+'),
  ].join('.');
}

/**
 * Whether both tell of one cluster. The uid decides where both have it; else the address and, as authorities are renewed
 * step by step, any common certificate of theirs. What is not known is taken for the same.
 */
export function isSameCluster(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || a === b) return true;
  const [one, other] = [partsOf(a), partsOf(b)];
  if (one.uid !== '' && other.uid !== '') return one.uid === other.uid;
  if (one.server !== other.server) return false;
  return (
    (one.authorities.length === 0 && other.authorities.length === 0) ||
    one.authorities.some((authority) => other.authorities.includes(authority))
  );
}

/** What identities of one cluster have at least one of in common, so that they can be looked up. */
export function identityHints(identity: string): readonly string[] {
  const { uid, server } = partsOf(identity);
  return uid === '' ? [server] : [uid, server];
}

async function uidOf(client: KubeClient, signal: AbortSignal): Promise<string | undefined> {
  try {
    const name = { name: 'kube-system' };
    const options = { signal, metadataOnly: true, timeoutMs: uidTimeoutMs };
    const { metadata } = await client.get(resources.namespaces, name, options);
    return metadata.uid;
  } catch {
    // Members give no right to namespaces.
    return undefined;
  }
}

function partsOf(identity: string): {
  readonly uid: string;
  readonly server: string;
  readonly authorities: readonly string[];
} {
  const [uid = '', server = '', authorities = ''] = identity.split('.');
  return { uid, server, authorities: authorities === '' ? [] : authorities.split('+') };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
