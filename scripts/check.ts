import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Everything that can be known without running the program. */
const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'tsc', '-p', '.'],
  ['lint', 'oxlint', '--type-aware', '.'],
  ['format', 'oxfmt', '--check', '.'],
  ['dead code', 'knip'],
  ['generated CRDs', 'node', 'scripts/crds.ts', '--check'],
  ['chart', 'node', 'scripts/chart.ts', '--check'],
  ['reference', 'node', 'scripts/reference.ts', '--check'],
  ['documents', 'node', 'scripts/documents.ts'],
];

/** All of them run, whatever the others found; what they say is shown where they fail, or have one line to say. */
for (const [name, command, ...args] of checks) {
  const { code, output } = await run(command, args);
  const [line = '', ...others] = output.trim().split('\n');
  const said = line === '' || others.length > 0 ? '' : `: ${line}`;
  process.stderr.write(
    code === 0 ? `ok    ${name}${said}\n` : `FAIL  ${name}: ${command} ${args.join(' ')}\n${output}\n`,
  );
  if (code !== 0) process.exitCode = 1;
}

function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    // npm puts node_modules/.bin first in PATH, with Node 24 in it.
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.once('error', (error) => resolve({ code: 1, output: `it cannot be run: ${error.message}` }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
