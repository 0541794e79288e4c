import { describe, expect, test } from 'vitest';
import { blockFaults, linkFaults, sampleFaults, scriptFaults } from './faults.ts';
import { parsePage } from './page.ts';

const block = (fence: string, text: string): string => `\`\`\`${fence}\n${text}\n\`\`\`\n`;

describe('blocks', () => {
  test.for([
    ['', 'anything', 'line 1: a block must say what it is: sh, text, yaml …'],
    ['bash', 'ls', "line 1: a block of commands must be 'sh', not 'bash'"],
    ['console', '$ ls', "line 1: a block of commands must be 'sh', not 'console'"],
    ['sh', '$ ls', "line 1: commands must stand without '$'"],
    ['sh fails', 'ls', "line 1: 'fails' must be 'exit=NUMBER' or 'needs=release'"],
    ['text', 'kubectl get pods', "line 1: 'kubectl get pods' is a command, and must be in a block 'sh'"],
    ['text', 'cosign verify', "line 1: 'cosign verify' is a command, and must be in a block 'sh'"],
    ['text', '$ ls', "line 1: '$ ls' is a command, and must be in a block 'sh'"],
  ] as const)("of '%s' with '%s' are refused", ([fence, text, fault]) => {
    expect(blockFaults(parsePage(block(fence, text)))).toEqual([fault]);
  });

  test.for([
    ['sh', 'kubectl get pods'],
    ['sh exit=1', 'wheelwright check'],
    ['sh needs=release', 'cosign verify'],
    ['text', 'NAME   READY\nwheelwright 2/2'],
    ['yaml', 'kind: Pod'],
  ] as const)("of '%s' with '%s' are taken", ([fence, text]) => {
    expect(blockFaults(parsePage(block(fence, text)))).toEqual([]);
  });
});

describe('links', () => {
  const target = '# A `b`: [c](d.md)!\n## Same\n## Same\n<a id="own"></a>\n';
  const faultsOf = (text: string): readonly string[] =>
    linkFaults(
      'docs/page.md',
      new Map([
        ['docs/page.md', parsePage(text)],
        ['docs/other.md', parsePage(target)],
      ]),
      (path) => ['docs/page.md', 'docs/other.md', 'docs/rbac', 'README.md'].includes(path),
    );

  test.for([
    '[a](other.md)',
    '[a](./other.md#a-b-c)',
    '[a](other.md#same-1)',
    '[a](other.md#own)',
    '[a](../README.md)',
    '[a](rbac)',
    '[a](https://example.com/x)',
    '# Here\n[a](#here)',
    '`[a](nowhere.md)`',
    '```yaml\n[a](nowhere.md)\n```',
  ])('%s lead somewhere', (text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  test.for([
    ['[a](nowhere.md)', "line 1: the link 'nowhere.md' leads to no file"],
    ['x\n![a](a.png)', "line 2: the link 'a.png' leads to no file"],
    ['[a](other.md#same-2)', "line 1: the link 'other.md#same-2' leads to no heading of docs/other.md"],
    ['[a](#here)', "line 1: the link '#here' leads to no heading of docs/page.md"],
  ] as const)('%s leads nowhere', ([text, fault]) => {
    expect(faultsOf(text)).toEqual([fault]);
  });
});

test('scripts that package.json does not have are told', () => {
  const page = parsePage('`npm run test:unit`, `npm run -s gone`\n\n```sh\nnpm run away\n```\n');
  expect(scriptFaults(page, { 'test:unit': 'vitest' })).toEqual([
    "'npm run gone' is no script of package.json",
    "'npm run away' is no script of package.json",
  ]);
});

test.for([
  ['text golden=status', 'all …', []],
  ['text golden=status', 'none', ['line 1: promised:\nnone\nprinted:\nall is well']],
  ['text golden=gone', 'all', ["line 1: there is no golden file 'gone'"]],
  ['text', 'none', []],
] as const)("'%s' with '%s' is what the program says", ([fence, text, faults]) => {
  const golden = (name: string): string | undefined => (name === 'status' ? 'all is well\n' : undefined);
  expect(sampleFaults(parsePage(block(fence, text)), golden)).toEqual(faults);
});
