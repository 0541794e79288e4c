import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Where clouds serve the credentials of their machines, and metrics nobody. Whoever may write a trigger must not be able to
 * ask there in the name of this process.
 */
const clouds = new BlockList();
clouds.addSubnet('169.254.0.0', 16, 'ipv4');
clouds.addSubnet('fe80::', 10, 'ipv6');
clouds.addAddress('fd00:ec2::254', 'ipv6');
clouds.addAddress('100.100.100.200', 'ipv4');
clouds.addAddress('168.63.129.16', 'ipv4');
clouds.addAddress('192.0.0.192', 'ipv4');

/** This machine: metrics and health of the operator, and whatever listens beside it because nobody else can reach it. */
const thisMachine = new BlockList();
thisMachine.addSubnet('127.0.0.0', 8, 'ipv4');
thisMachine.addSubnet('0.0.0.0', 8, 'ipv4');
thisMachine.addAddress('::1', 'ipv6');
thisMachine.addAddress('::', 'ipv6');

// What translates IPv6 to IPv4 leads to all of them.
for (const [address, bits] of [
  ['64:ff9b::a9fe:0', 112],
  ['64:ff9b::6464:64c8', 128],
  ['64:ff9b::a83f:8110', 128],
  ['64:ff9b::c000:c0', 128],
] as const)
  clouds.addSubnet(address, bits, 'ipv6');
thisMachine.addSubnet('64:ff9b::7f00:0', 104, 'ipv6');
thisMachine.addSubnet('64:ff9b::', 104, 'ipv6');

/** What triggers may ask. */
export interface Reach {
  /** Whether that includes servers on this machine. */
  readonly allowsLoopback: boolean;
}

/** Why an address must not be asked. */
export const forbiddenReason =
  'its address is of this machine (see --allow-loopback-triggers), link-local, or where clouds keep credentials';

/** Whether a host that is an address must not be asked. */
export function isForbiddenAddress(host: string, { allowsLoopback }: Reach): boolean {
  const bare = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const version = isIP(bare);
  if (version === 0) return false;
  // Addresses of IPv4 in the clothes of IPv6 are checked as what they are.
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return clouds.check(bare, family) || (!allowsLoopback && thisMachine.check(bare, family));
}

/** As dns.lookup, but for names that lead to where nothing may be asked; those are answered with an error. */
export function guardedLookup(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const allowed = addresses.filter(({ address }) => !isForbiddenAddress(address, reach));
      const [first] = allowed;
      if (first === undefined) callback(refusal(), []);
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error(forbiddenReason), { code: 'EFORBIDDEN' });
}
