import { BlockList, isIP } from 'node:net';
import { AccessError } from './access-error.ts';

export interface ServerPolicyOptions {
  /** Allow `http://`. Default false. */
  readonly allowHttp?: boolean | undefined;
  /** Allow `insecure-skip-tls-verify`. Default false. */
  readonly allowInsecureTls?: boolean | undefined;
  /** Refuse loopback addresses: set where the operator runs in a cluster, and loopback is its own pod. Default false. */
  readonly denyLoopback?: boolean | undefined;
  /**
   * Refuse the address that the hub has for its own pods: set where the operator runs in the hub, and a profile that leads
   * there would be given the hub's services and whatever they trust pods with. `serviceHost` is KUBERNETES_SERVICE_HOST.
   */
  readonly hub?: { readonly serviceHost: string | undefined } | undefined;
  /**
   * When given, only these may be dialled, as server or as proxy: host names (`api.example.com`), all names below one
   * (`*.example.com`), addresses, and ranges (`10.0.0.0/8`).
   */
  readonly allow?: readonly string[] | undefined;
  /** Never dialled; written like `allow`. For example the range of the hub's services. */
  readonly deny?: readonly string[] | undefined;
}

export interface ServerPolicy {
  readonly allowHttp: boolean;
  readonly allowInsecureTls: boolean;
  /** Why the host must not be dialled, as the end of a sentence that begins with the field; undefined where it may. */
  refusal(host: string): string | undefined;
}

/** Cloud metadata services answer on these; nobody runs an API server there. */
const linkLocal = hostMatcher(['169.254.0.0/16', 'fe80::/10']);
const metadata = hostMatcher([
  // Amazon
  'fd00:ec2::254',
  'instance-data',
  'instance-data.ec2.internal',
  // Google
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'fd20:ce::254',
  // Azure, Alibaba, Oracle
  'metadata.azure.internal',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.0.192',
]);
/** `kubernetes.default.svc.cluster.local`, whatever the domain of the cluster, and what the search list makes of less. */
const hubName = /^kubernetes(\.default(\.svc(\..+)?)?)?$/;
const loopback = hostMatcher(['127.0.0.0/8', '::1', '0.0.0.0/8', '::', 'localhost', '*.localhost']);

/**
 * Where the operator may send credentials to. Whoever may write the status of a ClusterProfile chooses server and proxy,
 * so some targets are refused always and others by choice. Names are not resolved here. Throws AccessError for an entry
 * that is neither a name, an address nor a range.
 */
export function createServerPolicy(options: ServerPolicyOptions = {}): ServerPolicy {
  const allowed = options.allow === undefined ? undefined : hostMatcher(options.allow);
  const denied = hostMatcher(options.deny ?? []);
  const { hub } = options;
  const serviceHost = hub?.serviceHost?.toLowerCase();
  const hubAddress = hostMatcher(serviceHost === undefined || serviceHost === '' ? [] : [serviceHost]);
  return {
    allowHttp: options.allowHttp === true,
    allowInsecureTls: options.allowInsecureTls === true,
    refusal(host) {
      if (linkLocal(host)) return `must not be the link-local address '${host}'`;
      if (metadata(host)) return `must not be '${host}', where clouds serve the credentials of machines`;
      if (hub !== undefined && (hubName.test(host) || hubAddress(host)))
        return `must not be '${host}', which is the hub as its pods see it`;
      if (options.denyLoopback === true && loopback(host))
        return `must not be the loopback address '${host}', which is the operator itself`;
      if (denied(host)) return `must not be '${host}', which the operator is told not to dial`;
      if (allowed?.(host) === false)
        return `must be one of the servers the operator may dial, and '${host}' is not`;
      return undefined;
    },
  };
}

function hostMatcher(entries: readonly string[]): (host: string) => boolean {
  const ranges = new BlockList();
  const names = new Set<string>();
  const suffixes: string[] = [];
  for (const entry of entries.map((entry) => entry.toLowerCase())) {
    if (addRange(ranges, entry)) continue;
    if (entry.startsWith('*.') && isName(entry.slice(2))) suffixes.push(entry.slice(1));
    else if (isName(entry)) names.add(entry);
    else {
      const rule = `must be a host name, '*.' and a host name, an address or a range, not '${entry}'`;
      throw new AccessError('ConfigInvalid', `cannot use the list of servers: an entry ${rule}`);
    }
  }
  return (host) => {
    const family = isIP(host);
    if (family !== 0) return ranges.check(host, family === 6 ? 'ipv6' : 'ipv4');
    return names.has(host) || suffixes.some((suffix) => host.endsWith(suffix));
  };
}

function addRange(ranges: BlockList, entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) ranges.addAddress(address, type);
  else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32))
    ranges.addSubnet(address, Number(bits), type);
  else return false;
  return true;
}

function isName(text: string): boolean {
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text) && isIP(text) === 0;
}
