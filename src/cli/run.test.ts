import { describe, expect, it, vi } from 'vitest';
import type { CommandEntry } from './cli-command.ts';
import { commands } from './commands.ts';
import { exitCode, type ExitName, exitCodes } from './exit-codes.ts';
import { run } from './run.ts';
import { testHost, type TestHostOptions } from './testing/test-host.ts';

async function cli(line: string, options: TestHostOptions = {}, entries?: readonly CommandEntry[]) {
  const host = testHost(options);
  const exit = await run(
    line.split(' ').filter((word) => word !== ''),
    host,
    entries,
  );
  return { exit, ...host.written };
}

describe('help', () => {
  it.each([
    ['root', '--help', {}],
    ['status', 'status -h', {}],
    ['get', 'get -h', {}],
    ['tree', 'tree -h', {}],
    ['plan', 'plan -h', {}],
    ['check', 'check --help', {}],
    ['render', 'render --help', {}],
    ['diff', 'diff --help', {}],
    ['adopt', 'adopt --help', {}],
    ['images', 'images --help', {}],
    ['simulate', 'simulate --help', {}],
    ['members', 'members --help', {}],
    ['members-add', 'help members add', {}],
    ['members-remove', 'members remove -h', {}],
    ['drain', 'drain -h', {}],
    ['explain', 'explain -h', {}],
    ['dashboard', 'dashboard -h', {}],
    ['alias', 'alias -h', {}],
    ['mc', '-h', { program: 'kubectl mc' }],
    ['mc-setup-member', 'setup-member -h', { program: 'kubectl mc' }],
    ['mc-list-members', 'mc list-members -h', { program: 'kubectl kedify' }],
    ['kedify', '-h', { program: 'kubectl kedify' }],
    ['narrow', 'status -h', { terminal: 60 }],
    ['exit-codes', 'help exit-codes', {}],
    ['code', 'help ww1001', {}],
    ['topics', 'help', {}],
    ['outputs', 'help outputs', {}],
    ['colours', 'help colours', {}],
    ['environment', 'help environment', {}],
  ])('looks like golden/help-%s.txt', async (file, line, options) => {
    const { exit, stdout, stderr } = await cli(line, options);
    await expect(stdout).toMatchFileSnapshot(`golden/help-${file}.txt`);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });

  it('is what comes without a command', async () => {
    expect(await cli('')).toEqual(await cli('--help'));
  });

  it('about a command is that of the command', async () => {
    expect(await cli('help status')).toEqual(await cli('status --help'));
  });

  it('calls the program what it was called', async () => {
    expect((await cli('status -h', { program: 'wheelwright' })).stdout).toContain(
      'Usage: wheelwright status',
    );
    expect((await cli('status -h')).stdout).toContain('Usage: kubectl wheelwright status');
  });

  it('loads no command', async () => {
    const load = vi.fn<CommandEntry['load']>();
    const entries = commands.map((entry) => ({ ...entry, load }));
    expect((await cli('--help', {}, entries)).exit).toBe(0);
    expect(load).not.toHaveBeenCalled();
  });

  it('lists every exit code', async () => {
    const { stdout } = await cli('help exit-codes');
    for (const { code, meaning } of Object.values(exitCodes))
      expect(stdout).toContain(`${String(code).padEnd(4)}  ${meaning}`);
  });
});

describe('the version', () => {
  it('is one line, or a document', async () => {
    expect((await cli('version')).stdout).toMatch(/^wheelwright \d+\.\d+\.\d+\n$/);
    expect((await cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(JSON.parse((await cli('version -o json')).stdout)).toMatchObject({
      apiVersion: 'cli.wheelwright.dev/v1',
      kind: 'Version',
      platform: `linux/${process.arch}`,
    });
  });
});

describe('a command line that cannot be used', () => {
  it.each([
    ['stauts', "Unknown command 'stauts'.", 'did you mean status?'],
    ['nonsense', "Unknown command 'nonsense'.", 'see what there is: kubectl wheelwright --help'],
    ['status --outptu json', "Unknown option '--outptu'.", 'did you mean --output?'],
    [
      '--nonsense status',
      "Unknown option '--nonsense'.",
      'see what there is: kubectl wheelwright status --help',
    ],
    [
      'operator --spoke-namespac=canonical',
      "Unknown option '--spoke-namespac'.",
      'did you mean --spoke-namespace?',
    ],
    ['operator -- --a=b', "Too many arguments for 'operator'.", ''],
    ['operator --cluster=a', 'There is no --cluster any more.', 'with --context'],
    ['operator --leader-elect', 'There is no --leader-elect any more.', 'leave it out'],
    ['operator --zap-log-level=debug', 'There is no --zap-log-level any more.', 'use --log-level instead'],
    ['operator -v=4', 'There is no -v any more.', 'use --log-level instead'],
    ['operator -logtostderr', 'There is no --logtostderr any more.', 'leave it out'],
    ['status a b', "Too many arguments for 'status'.", ''],
    ['status -o', "Option '-o, --output <format>' argument missing.", ''],
    [
      'help nonsense',
      "There is no help about 'nonsense'.",
      'name one of status, get, explain, tree, dashboard, render, diff, adopt, images, plan, simulate, members, drain, uncordon, check',
    ],
    ['render', "Required option '-f, --filename <file>' not specified.", 'see what there is'],
    ['completion', "Missing required argument 'shell'.", ''],
    ['operator --workers none', "--workers must be a number, not 'none'", ''],
    ['operator -workers=none', "--workers must be a number, not 'none'", ''],
  ])('%s: %s', async (line, problem, fix) => {
    const { exit, stdout, stderr } = await cli(line);
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.slice(0, `error: ${problem}`.length)).toBe(`error: ${problem}`);
    expect(stderr).toContain(fix);
  });

  it('is told in red on a terminal, without red where colours are off', async () => {
    const red = await cli('nonsense', { terminal: 80 });
    expect(red.stderr).toContain('\u001B[31merror:\u001B[39m Unknown');
    const plain = await cli('nonsense', { terminal: 80, env: { NO_COLOR: '1' } });
    expect(plain.stderr).toContain('error: Unknown');
  });
});

describe('a name of the reference', () => {
  it('serves what the reference has under it, and says where the rest is', async () => {
    const { exit, stderr } = await cli('so list', { program: 'kubectl kedify' });
    expect(exit).toBe(2);
    expect(stderr).toContain("Unknown command 'so'.");
    expect(stderr).toContain(
      "only 'mc' is served under this name; everything else is: kubectl wheelwright --help",
    );
    expect(stderr).toContain('Docs   kubectl kedify help WW5002');
    expect((await cli('help ww5002', { program: 'kubectl kedify' })).stdout).toContain('WW5002');
  });

  it('has its commands where others have them too', async () => {
    const { exit, stderr } = await cli('mc list-member', { program: 'wheelwright' });
    expect(exit).toBe(2);
    expect(stderr).toContain('did you mean list-members?');
    expect((await cli('members ad x')).stderr).toContain('did you mean add?');
    expect((await cli('members nonsense')).stderr).toContain(
      'see what there is: kubectl wheelwright members --help',
    );
  });

  it.each([
    ['an output that there is not', 'list-members -o csv', 'members list -o csv', 2],
    ['a kubeconfig that there is not', 'list-members', 'members list', 2],
    ['a name that none can have', 'setup-member A', 'members add A', 2],
    ['a provider that there is not', 'delete-member a --provider b', 'members remove a --provider b', 2],
  ])('ends with 1 where that is hindered by %s', async (_, reference, own, exit) => {
    const env = { KUBECONFIG: '/nonexistent' };
    expect((await cli(`mc ${reference}`, { program: 'kubectl kedify', env })).exit).toBe(1);
    expect((await cli(reference, { program: 'kubectl mc', env })).exit).toBe(1);
    expect((await cli(own, { env })).exit).toBe(exit);
  });

  it('is no excuse for a defect', () => {
    const all = Object.keys(exitCodes) as ExitName[];
    const others = all.filter((name) => exitCode(name, { knowsOneFailure: true }) !== 1);
    expect(others).toEqual(['done', 'defect', 'interrupted', 'closed']);
    for (const name of all) expect(exitCode(name)).toBe(exitCodes[name].code);
  });
});

describe('a defect', () => {
  it('says that it is one, where it is, and exits with its own code', async () => {
    const broken = commands.map((entry) => ({
      ...entry,
      load: async () => ({
        define: () => undefined,
        run: () => Promise.reject(new TypeError('cannot read properties of undefined')),
      }),
    }));
    const { exit, stderr } = await cli('status', {}, broken);
    expect(exit).toBe(70);
    expect(stderr).toContain('error: Wheelwright has a bug: cannot read properties of undefined\n');
    expect(stderr).toContain('help WW9001');
    expect(stderr).toContain('run.test.ts');
  });
});
