import { expect, test } from 'vitest';
import { parseBindAddress } from './bind-address.ts';

test.each([
  [':8080', { port: 8080 }],
  ['127.0.0.1:9090', { host: '127.0.0.1', port: 9090 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::1]:8080', { host: '::1', port: 8080 }],
  ['[::]:8080', { host: '::', port: 8080 }],
  ['0', undefined],
])('%s', (text, address) => {
  expect(parseBindAddress(text)).toEqual(address);
});

test.each(['', '8080', 'localhost', ':', ':99999', '::1:8080', 'a b:80', 'http://x:80', ':80/x'])(
  '%j is refused',
  (text) => {
    expect(() => parseBindAddress(text)).toThrow(
      `a bind address must be host:port, :port or 0, not '${text}'`,
    );
  },
);
