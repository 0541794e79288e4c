import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));
const releases = fileURLToPath(new URL('render/testing/releases', import.meta.url));
const serving = JSON.stringify({
  apiVersion: 'operator.knative.dev/v1beta1',
  kind: 'KnativeServing',
  metadata: { name: 'kn', namespace: 'knative-serving' },
  spec: { ingress: {} },
});

/** `render` with its standard output on a descriptor, or on a pipe whose other end is closed before anything is written. */
async function render(stdout: number | 'closed') {
  const child = spawn(process.execPath, [program, 'render', '-f', '-'], {
    env: { PATH: process.env['PATH'], KO_DATA_PATH: releases },
    stdio: ['pipe', stdout === 'closed' ? 'pipe' : stdout, 'pipe'],
  });
  const ended = once(child, 'exit');
  const { stdin, stderr } = child;
  if (stdin === null || stderr === null) throw new Error('it has no pipes');
  if (child.stdout !== null) await once(child.stdout.destroy(), 'close');
  // It writes only after it has read this.
  stdin.end(serving);
  const said = await text(stderr);
  const [exit]: readonly unknown[] = await ended;
  return { exit, said };
}

describe('output that cannot be written', () => {
  it('is an error with a cause, a fix and an exit code of its own', async () => {
    // Nothing can be written where a file is open for reading only.
    await using file = await open(program);
    const { exit, said } = await render(file.fd);
    expect(exit).toBe(2);
    expect(said).toMatch(/^error: The output cannot be written: E[A-Z]+: .*\.\n {2}Fix {4}make room/);
    expect(said).not.toContain('node:');
  });

  it('because nobody reads any more ends the program in silence, like any that SIGPIPE ends', async () => {
    expect(await render('closed')).toEqual({ exit: 141, said: '' });
  });
});
