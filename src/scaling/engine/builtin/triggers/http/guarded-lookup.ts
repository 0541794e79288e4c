import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Link-local addresses: clouds serve the credentials of their machines there, and metrics nobody. Whoever may write a trigger
 * must not be able to ask for them in the name of this process.
 */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');

/** Whether a host that is an address must not be asked. */
export function isForbiddenAddress(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  const version = isIP(bare);
  // Addresses of IPv4 in the clothes of IPv6 are checked as what they are.
  return version !== 0 && forbidden.check(bare, version === 6 ? 'ipv6' : 'ipv4');
}

/** As dns.lookup, but for names that lead to where nothing may be asked; those are answered with an error. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, []);
      return;
    }
    const allowed = addresses.filter(({ address }) => !isForbiddenAddress(address));
    const [first] = allowed;
    if (first === undefined) callback(refusal(), []);
    else if (options.all === true) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};

function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error('its address is link-local'), { code: 'EFORBIDDEN' });
}
