import type { UnreachableCause } from '../../kube/index.ts';

/** What to do where no connection to an API server comes about. */
export function unreachableFix(cause: UnreachableCause): string {
  switch (cause) {
    case 'Dns':
      return 'correct the host name of the server, or mend the name service';
    case 'Refused':
      return 'start the API server, or correct the port of its address';
    case 'Timeout':
      return 'open the port of the API server for this network, or set a proxy-url';
    case 'TlsUntrusted':
      return 'give certificate-authority-data the authority that signed the certificate of the server';
    case 'TlsHostname':
      return 'set tls-server-name to a name that the certificate of the server has, or have it issued anew';
    case 'TlsFailed':
      return 'look at what answers at this address: it does not complete a TLS handshake';
    case 'ProxyError':
      return 'correct the proxy-url, or have the proxy allow this address';
    case 'Reset':
    case 'Network':
      return 'look at the network between here and the server';
  }
}
