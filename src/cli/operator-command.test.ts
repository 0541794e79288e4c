import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessError } from '../clusters/index.ts';
import type * as operatorRoom from '../operator/index.ts';
import { runOperator } from '../operator/index.ts';
import { run } from './run.ts';
import { testHost } from './testing/test-host.ts';

vi.mock('../operator/index.ts', async (original) => ({
  ...(await original<typeof operatorRoom>()),
  runOperator: vi.fn<typeof runOperator>(),
}));

const events = ['SIGTERM', 'SIGINT', 'unhandledRejection'] as const;

describe('the operator', () => {
  const before = new Map<string, readonly unknown[]>();

  beforeEach(() => {
    for (const event of events) before.set(event, process.rawListeners(event));
  });

  // It listens for as long as its process lives, which is this one.
  afterEach(() => {
    for (const event of events)
      for (const listener of process.rawListeners(event))
        if (before.get(event)?.includes(listener) !== true)
          process.off(event, listener as (...args: unknown[]) => void);
  });

  it('gets its flags in the style of Go, also before its name, and exits with 0 in the end', async () => {
    vi.mocked(runOperator).mockResolvedValueOnce();
    const args = ['--kubeconfig', '/a', 'operator', '-workers=7', '-disable-ha', '--namespace', 'n'];
    expect(await run(args, testHost())).toBe(0);
    expect(vi.mocked(runOperator).mock.lastCall?.[0].options).toMatchObject({
      kubeconfig: '/a',
      workers: 7,
      leaderElection: false,
      systemNamespace: 'n',
    });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('that is told to stop by %s exits with 0', async (name) => {
    vi.mocked(runOperator).mockImplementationOnce(async ({ signal }) => {
      process.emit(name);
      signal.throwIfAborted();
    });
    expect(await run(['operator'], testHost())).toBe(0);
  });

  it('that cannot start says why, and exits with 2', async () => {
    vi.mocked(runOperator).mockRejectedValueOnce(new AccessError('ConfigInvalid', 'the file is broken'));
    const host = testHost();
    expect(await run(['operator'], host)).toBe(2);
    expect(host.written.stderr).toBe('error: the file is broken\n');
  });

  it('that fails otherwise is a defect', async () => {
    vi.mocked(runOperator).mockRejectedValueOnce(new Error('odd'));
    expect(await run(['operator'], testHost())).toBe(70);
  });
});
