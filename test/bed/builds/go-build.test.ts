import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { executableName, goBinaries, goBinary } from './go-build.ts';

let directory: string;
const written: string[] = [];
const stream = { write: (text: string) => written.push(text) };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bed-build-'));
  const go = join(directory, 'go');
  copyFileSync(join(import.meta.dirname, 'testdata', 'fake-go.mjs'), `${go}.mjs`);
  chmodSync(`${go}.mjs`, 0o755);
  symlinkSync(`${go}.mjs`, go);
  symlinkSync(process.execPath, join(directory, 'node'));
  writeFileSync(join(directory, 'go.mod'), 'module test');
  writeFileSync(join(directory, 'go.sum'), '');
  vi.stubEnv('PATH', directory);
  vi.stubEnv('XDG_CACHE_HOME', join(directory, 'cache'));
  vi.stubEnv('FAKE_GO_BUILDS', join(directory, 'builds'));
  written.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

const packages = { alpha: 'example.com/cmd/alpha', beta: 'example.com/b/server' };
const builds = (): number => readFileSync(join(directory, 'builds'), 'utf8').trim().split('\n').length;

test('executables are built without cgo, get their names, and are built once', async () => {
  const first = await goBinaries({ directory, packages }, { stream });
  const second = await goBinaries({ directory, packages }, { stream });
  expect(second).toBe(first);
  expect(readdirSync(first).toSorted()).toEqual(['alpha', 'beta']);
  expect(readFileSync(join(first, 'beta'), 'utf8')).toBe('CGO_ENABLED=0');
  expect(builds()).toBe(1);
  expect(written[0]).toBe(`Building alpha, beta; done once only, then kept in ${first}\n`);
});

test('two that want the same at once build it once', async () => {
  const mayEnd = join(directory, 'may-end');
  vi.stubEnv('FAKE_GO_WAITS_FOR', mayEnd);
  const both = Promise.all([
    goBinaries({ directory, packages }, { stream }),
    goBinaries({ directory, packages }, { stream }),
  ]);
  await vi.waitFor(() =>
    expect(written.join('')).toContain(`Waiting for process ${process.pid}, which is building alpha, beta`),
  );
  writeFileSync(mayEnd, '');
  const [first, second] = await both;
  expect(first).toBe(second);
  expect(builds()).toBe(1);
});

test('another go.mod is another build, and the first one stays', async () => {
  const first = await goBinary({ directory, name: 'tool', package: 'example.com/tool' }, { stream });
  writeFileSync(join(directory, 'go.mod'), 'module other');
  const second = await goBinary({ directory, name: 'tool', package: 'example.com/tool' }, { stream });
  expect(second).not.toBe(first);
  expect(builds()).toBe(2);
  expect(readFileSync(first, 'utf8')).toBe(readFileSync(second, 'utf8'));
});

test('a failed build ends with the last lines of what go said, leaves no executable, and can be tried again', async () => {
  vi.stubEnv('FAKE_GO_FAILURE', [...Array(30).keys()].map((line) => `error ${line}`).join('\n'));
  const failing = goBinaries({ directory, packages }, { stream });
  await expect(failing).rejects.toThrow(
    /`go build .*` in .* failed \(exit code 1\); its output ends with:\n {2}error 10\n(.*\n)*.*error 29$/,
  );
  vi.stubEnv('FAKE_GO_FAILURE', undefined);
  await goBinaries({ directory, packages }, { stream });
  expect(builds()).toBe(2);
});

test('without go the error says what to install, or how to do without', async () => {
  rmSync(join(directory, 'go'));
  await expect(goBinaries({ directory, packages }, { stream })).rejects.toThrow(
    /^Go is not installed.*install Go 1\.26 or newer from https:\/\/go\.dev\/dl .*GOTOOLCHAIN=auto.*--kubeconfigs/,
  );
});

test.each([
  'go: go.mod requires go >= 1.26.0 (running go 1.22.2; GOTOOLCHAIN=local)',
  "go.mod:3: invalid go version '1.26.0': must match format 1.23",
  'go: download go1.26.0 for linux/amd64: toolchain not available',
])('a go that is too old is named with the same remedy: %s', async (said) => {
  vi.stubEnv('FAKE_GO_FAILURE', said);
  await expect(goBinaries({ directory, packages }, { stream })).rejects.toThrow(
    /^the installed Go is too old \(.+\); install Go 1\.26 or newer from https:\/\/go\.dev\/dl/,
  );
});

test.each([
  ['k8s.io/kubernetes/cmd/kubectl', 'kubectl'],
  ['go.etcd.io/etcd/server/v3', 'server'],
  ['helm.sh/helm/v4/cmd/helm', 'helm'],
])('go calls the executable of %s %s', (importPath, name) => {
  expect(executableName(importPath)).toBe(name);
});
