import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Everything that can be known without running the program: each a command, all run, all told. */
const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'tsc', '-p', '.'],
  ['lint', 'oxlint', '--type-aware', '.'],
  ['format', 'oxfmt', '--check', '.'],
  ['dead code', 'knip'],
  ['generated CRDs', 'node', 'scripts/crds.ts', '--check'],
];

const failed: string[] = [];
for (const [name, command, ...args] of checks) {
  process.stderr.write(`check: ${name}\n`);
  if ((await run(command, args)) !== 0) failed.push(name);
}
process.stderr.write(failed.length === 0 ? 'check: all well\n' : `check: failed: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    // npm puts node_modules/.bin first in PATH, with Node 24 in it.
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    child.once('error', (error) => {
      process.stderr.write(`check: cannot run ${command}: ${error.message}\n`);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}
