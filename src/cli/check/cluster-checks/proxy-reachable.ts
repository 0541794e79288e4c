import { UnreachableError } from '../../../kube/index.ts';
import { type ConnectionCheck, failed, ok, skipped, weigh } from '../check.ts';
import { isConnected } from '../facts/is-connected.ts';

export const proxyReachable: ConnectionCheck = {
  scope: 'cluster',
  alsoOfMembers: true,
  code: 'WW2015',
  title: 'its proxy, where it has one, lets requests through',
  level: 'error',
  needs: 'connection data',
  about: {
    meaning: 'The proxy-url of the connection data does not answer, or refuses to connect to the API server.',
    fix: 'Correct proxy-url, or have the proxy let the operator through to the address of the API server.',
  },
  judge: ({ hasProxy, livez }) => {
    if (hasProxy === false) return ok('no proxy is on the way');
    return weigh(livez, {
      answered: () => ok('the proxy lets requests through'),
      failed: (error) => {
        if (isConnected(error)) return ok('the proxy lets requests through');
        return error instanceof UnreachableError && error.kind === 'ProxyError'
          ? failed('the proxy does not let requests through', { cause: error.status.message })
          : skipped('a connection');
      },
    });
  },
};
