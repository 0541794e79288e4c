import { describe, expect, it } from 'vitest';
import { AccessError } from '../../clusters/index.ts';
import {
  DeadlineExceeded,
  ForbiddenError,
  KubeconfigError,
  NoMatchError,
  NotFoundError,
  ProtocolError,
  ServerError,
  TimeoutError,
  UnauthorizedError,
  UnreachableError,
} from '../../kube/index.ts';
import { Interrupted, usageError } from './cli-error.ts';
import { explainFailure } from './explain-failure.ts';

const call = {
  cluster: 'prod',
  verb: 'list',
  resource: 'knativeservings.operator.knative.dev',
  namespace: 'a',
};
const status = { message: 'because' };

describe('an error', () => {
  const cases: readonly [
    error: unknown,
    exit: string,
    code: string | undefined,
    says: string,
    fix: string,
  ][] = [
    [usageError('No.', { fix: 'do' }), 'usage', 'WW5002', 'No.', 'do'],
    [new Interrupted('received SIGINT'), 'interrupted', undefined, 'Interrupted.', ''],
    [
      new KubeconfigError('ConfigInvalid', 'kubeconfig /a', 'it is broken'),
      'usage',
      'WW1001',
      'Cannot use kubeconfig /a: it is broken.',
      '--kubeconfig',
    ],
    [
      new AccessError('PluginExit', 'plugin a exited 1'),
      'unreachable',
      'WW1002',
      'Plugin a exited 1.',
      '--context',
    ],
    [
      new UnreachableError(call, 'Refused', 'refused'),
      'unreachable',
      'WW1002',
      'Cannot list knativeservings.operator.knative.dev a/ on cluster "prod".',
      'start the API server',
    ],
    [new TimeoutError(call, status), 'unreachable', 'WW1002', 'Cannot list', '--request-timeout'],
    [new UnauthorizedError(call, status), 'unreachable', 'WW1002', 'Cannot list', 'log in again'],
    [new ForbiddenError(call, status), 'unreachable', 'WW1104', 'Cannot list', 'me check'],
    [new ProtocolError(call, status), 'unreachable', 'WW1002', 'Cannot list', 'no Kubernetes API server'],
    [new ServerError(call, status), 'unreachable', 'WW1002', 'Cannot list', ''],
    [new NoMatchError(call, status), 'negative', 'WW1101', 'Cannot list', 'me crds | kubectl apply'],
    [new NotFoundError(call, status), 'negative', 'WW5004', 'Cannot list', ''],
    [
      new DeadlineExceeded('no answer within 5 ms'),
      'deadline',
      'WW5005',
      'The deadline passed: no answer within 5 ms.',
      '',
    ],
    [
      Object.assign(new Error('listen EADDRINUSE: address already in use :::9090'), {
        code: 'EADDRINUSE',
        syscall: 'listen',
      }),
      'usage',
      'WW5006',
      'The operating system refused: listen EADDRINUSE: address already in use :::9090.',
      'free the address',
    ],
    [new RangeError('odd'), 'defect', 'WW9001', 'Wheelwright has a bug: odd', 'report'],
    ['a string', 'defect', 'WW9001', 'Wheelwright has a bug: a string', 'report'],
  ];

  it.each(cases)('%s exits as %s', (error, exit, code, says, fix) => {
    const complaint = explainFailure(error, 'me');
    expect(complaint).toMatchObject({ exit, ...(code === undefined ? {} : { code }) });
    expect(complaint.problem).toContain(says);
    expect(complaint.fix ?? '').toContain(fix);
  });

  it('of a hub without ClusterProfiles names the API that is missing', () => {
    const error = new NoMatchError({ ...call, resource: 'ClusterProfile.multicluster.x-k8s.io' }, status);
    expect(explainFailure(error, 'me')).toMatchObject({
      code: 'WW2017',
      fix: 'install the Cluster Inventory API',
    });
  });

  it('never shows a secret, whoever wrote it', () => {
    const secret = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJlLWlzLWhlcmU';
    const errors = [
      new ServerError(call, { message: `proxy says: Bearer ${secret}` }),
      new AccessError('PluginExit', `plugin a said ${secret}`),
      new Error(`bug with ${secret}`),
    ];
    for (const error of errors)
      expect(JSON.stringify(explainFailure(error, 'me'))).not.toContain('c2lnbmF0dXJl');
  });

  it('quotes at most 200 characters of others', () => {
    const { cause } = explainFailure(new ServerError(call, { message: 'x'.repeat(1_000) }), 'me');
    expect(cause).toHaveLength(200);
  });
});
