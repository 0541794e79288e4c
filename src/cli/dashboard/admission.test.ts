import { describe, expect, it } from 'vitest';
import { admit, type Caller } from './admission.ts';

const lock = { port: 8001, token: 'a-secret-token' };
const cookie = 'wheelwright-8001=a-secret-token';

function caller(given: Partial<Caller> = {}): Caller {
  return { method: 'GET', host: '127.0.0.1:8001', cookie, address: '/', ...given };
}

describe('a request to the dashboard', () => {
  it.each<[what: string, given: Partial<Caller>]>([
    ['with the cookie', {}],
    ['with the cookie among others', { cookie: `a=b; ${cookie}; c=d` }],
    ['under the name localhost', { host: 'LocalHost:8001' }],
    ['for the head only', { method: 'HEAD' }],
  ])('%s is admitted', (_, given) => {
    expect(admit(caller(given), lock)).toEqual({ kind: 'admitted' });
  });

  it.each<[what: string, given: Partial<Caller>, status: number]>([
    ['under a name that an attacker lets resolve to this machine', { host: 'evil.example:8001' }, 421],
    ['under the name of another port', { host: '127.0.0.1:8002' }, 421],
    ['under a name with ours in front', { host: '127.0.0.1:8001.evil.example' }, 421],
    ['without a host', { host: undefined }, 421],
    ['that would write', { method: 'POST' }, 405],
    ['that asks what it may', { method: 'OPTIONS' }, 405],
    ['without the cookie', { cookie: undefined }, 401],
    ['with an old token', { cookie: 'wheelwright-8001=another-token' }, 401],
    ['with the cookie of another port', { cookie: 'wheelwright-8002=a-secret-token' }, 401],
    ['with a part of the token', { cookie: 'wheelwright-8001=a-secret' }, 401],
    ['with a wrong token in its address', { cookie: undefined, address: '/?token=x' }, 401],
    ['with an empty token', { cookie: 'wheelwright-8001=', address: '/?token=' }, 401],
  ])('%s is refused', (_, given, status) => {
    expect(admit(caller(given), lock)).toMatchObject({ kind: 'refused', status });
  });

  it.each([
    ['/?token=a-secret-token', '/'],
    ['/dso/shop/checkout?token=a-secret-token', '/dso/shop/checkout'],
    ['/?q=eu+1&token=a-secret-token', '/?q=eu+1'],
    ['//evil.example/?token=a-secret-token', '/'],
    ['/\\evil.example?token=a-secret-token', '/'],
    ['http://evil.example/?token=a-secret-token', '/'],
  ])('for %s is led to %s with the cookie', (address, there) => {
    expect(admit(caller({ cookie: undefined, address }), lock)).toEqual({
      kind: 'welcome',
      cookie: `${cookie}; HttpOnly; SameSite=Strict; Path=/`,
      address: there,
    });
  });
});
