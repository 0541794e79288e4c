import { expect, test } from 'vitest';
import {
  ForbiddenError,
  InvalidError,
  NoMatchError,
  NotFoundError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../../kube/index.ts';
import { describeFailure } from './describe-failure.ts';

const context = { cluster: 'member', verb: 'get', resource: 'deployments.apps' };
const status = { message: 'no' };
const workload = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'team', name: 'web' };

test.each([
  [new UnreachableError(context, 'Refused', 'no'), 'unreachable: the connection is refused'],
  [
    new UnreachableError(context, 'TlsUntrusted', 'no'),
    'certificate problem: not signed by the authority of the kubeconfig',
  ],
  [new TimeoutError(context, status), 'unreachable: it does not answer in time'],
  [new UnauthorizedError(context, status), 'credentials rejected: the token may be revoked or expired'],
  [
    new ForbiddenError(context, status),
    "forbidden: the credential may not patch deployments/scale in namespace 'team'",
  ],
  [new NotFoundError(context, status), "Deployment 'web' not found in namespace 'team'"],
  [new NoMatchError(context, status), 'kind not served: Deployment of apps/v1'],
  [
    new InvalidError(context, { message: 'admission webhook "quota" denied it' }),
    'write rejected: admission webhook "quota" denied it',
  ],
])('%s', (error, told) => {
  expect(describeFailure(error, workload, { verb: 'patch', resource: 'deployments/scale' })).toBe(told);
});
