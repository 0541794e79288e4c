import { expect, test } from 'vitest';
import { NotProcessedError } from './exchange.ts';
import { unreachable } from './network-error.ts';
import { ProxyTunnelError } from './proxy-tunnel.ts';

const context = { cluster: 'east', verb: 'get', resource: '/version' };

function coded(code: string, cause?: unknown): Error {
  return Object.assign(new Error(`told by ${code}`, { cause }), { code });
}

test.each([
  ['ENOTFOUND', 'Dns'],
  ['EAI_AGAIN', 'Dns'],
  ['ECONNREFUSED', 'Refused'],
  ['ETIMEDOUT', 'Timeout'],
  ['ECONNRESET', 'Reset'],
  ['EPIPE', 'Reset'],
  ['ERR_HTTP2_STREAM_ERROR', 'Reset'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'Reset'],
  ['UND_ERR_SOCKET', 'Reset'],
  ['CERT_HAS_EXPIRED', 'TlsUntrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TlsUntrusted'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'TlsHostname'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'TlsFailed'],
  ['ERR_OSSL_PEM_NO_START_LINE', 'TlsFailed'],
  ['EHOSTUNREACH', 'Network'],
  ['something else', 'Network'],
])('%s is %s', (code, kind) => {
  const thrown = coded(code);
  expect(unreachable(context, thrown)).toMatchObject({
    kind,
    cause: thrown,
    status: { message: `told by ${code}` },
  });
});

test('the innermost error with a code tells why', () => {
  const inner = coded('ECONNREFUSED');
  const wrapped = new Error('fetch failed', { cause: new AggregateError([coded('EHOSTUNREACH'), inner]) });
  expect(unreachable(context, coded('UND_ERR_SOCKET', wrapped.cause))).toMatchObject({ kind: 'Reset' });
  expect(unreachable(context, coded('UND_ERR_SOCKET', inner))).toMatchObject({ kind: 'Refused' });
  expect(unreachable(context, new AggregateError([coded('EHOSTUNREACH'), inner]))).toMatchObject({
    kind: 'Refused',
  });
});

test('errors that name each other end somewhere', () => {
  const first = coded('ECONNRESET');
  const second = coded('ECONNREFUSED', first);
  first.cause = second;
  expect(unreachable(context, first).kind).toMatch(/Reset|Refused/);
});

test('a proxy’s failure is the proxy’s, wherever it is wrapped', () => {
  expect(
    unreachable(context, new Error('wrapped', { cause: new ProxyTunnelError('refused') })),
  ).toMatchObject({
    kind: 'ProxyError',
    status: { message: 'refused' },
  });
});

test('that a request was not processed stays visible', () => {
  const thrown = new NotProcessedError('refused', { cause: coded('ERR_HTTP2_STREAM_ERROR') });
  expect(unreachable(context, thrown)).toMatchObject({ kind: 'Reset', cause: thrown });
});

test('what is no error at all is told as text', () => {
  expect(unreachable(context, 'odd')).toMatchObject({ kind: 'Network', status: { message: 'odd' } });
});
