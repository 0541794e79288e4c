import { describe, expect, it } from 'vitest';
import { isCompletion, programName } from './program-name.ts';

describe('the name that the program was called by', () => {
  it.each([
    ['/home/a/wheelwright/src/main.ts', 'node', 'wheelwright'],
    ['/usr/local/bin/wheelwright', 'node', 'wheelwright'],
    ['/usr/local/bin/kubectl-wheelwright', 'node', 'kubectl wheelwright'],
    ['/home/a/.krew/bin/kubectl-wheelwright.mjs', 'node', 'kubectl wheelwright'],
    [
      'C:\\krew\\bin\\kubectl-wheelwright.exe',
      'C:\\krew\\bin\\kubectl-wheelwright.exe',
      'kubectl wheelwright',
    ],
    [undefined, 'kubectl-wheelwright', 'kubectl wheelwright'],
    ['/usr/local/bin/kubectl-mc', 'node', 'kubectl mc'],
    ['/usr/local/bin/kubectl-kedify', 'node', 'kubectl kedify'],
    ['/opt/kubectl-other', 'node', 'wheelwright'],
  ])('%s, %s: %s', (script, argv0, name) => {
    expect(programName(script, argv0)).toBe(name);
    expect(isCompletion(script, argv0)).toBe(false);
  });

  it('tells a call for completion', () => {
    expect(isCompletion('/usr/local/bin/kubectl_complete-wheelwright', 'node')).toBe(true);
    expect(programName('/usr/local/bin/kubectl_complete-wheelwright', 'node')).toBe('kubectl wheelwright');
    expect(isCompletion('/usr/local/bin/kubectl_complete-mc', 'node')).toBe(true);
    expect(programName('/usr/local/bin/kubectl_complete-mc', 'node')).toBe('kubectl mc');
  });
});
