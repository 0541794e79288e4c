import { describe, expect, test } from 'vitest';
import { parsePage } from './page.ts';

const text = `# Install

Text with \`\`\` in it.

## A cluster

\`\`\`sh
kubectl get nodes
\`\`\`

\`\`\`text
NAME …
\`\`\`

1. Then:

   \`\`\`sh exit=1
   wheelwright check <<END
     indented
   END
   \`\`\`

   Words between.

   \`\`\`text
   no output
   \`\`\`

### Deeper

\`\`\`\`yaml
# not a heading
\`\`\`sh
\`\`\`
\`\`\`\`

## Last
`;

describe('a page', () => {
  const page = parsePage(text);

  test('consists of blocks, each under its headings', () => {
    expect(page.blocks.map(({ language, line, headings }) => [language, line, headings.join(' > ')])).toEqual(
      [
        ['sh', 7, 'Install > A cluster'],
        ['text', 11, 'Install > A cluster'],
        ['sh', 17, 'Install > A cluster'],
        ['text', 25, 'Install > A cluster'],
        ['yaml', 31, 'Install > A cluster > Deeper'],
      ],
    );
  });

  test('has commands, with what they print and how they end', () => {
    expect(page.commands).toMatchObject([
      { text: 'kubectl get nodes\n', exit: 0, output: 'NAME …\n' },
      { text: 'wheelwright check <<END\n  indented\nEND\n', exit: 1, output: undefined },
    ]);
  });

  test('has headings outside of blocks only', () => {
    expect(page.headings).toEqual([
      { text: 'Install', level: 1 },
      { text: 'A cluster', level: 2 },
      { text: 'Deeper', level: 3 },
      { text: 'Last', level: 2 },
    ]);
    expect(page.prose).not.toContain('kubectl');
    expect(page.prose.split('\n')).toHaveLength(text.split('\n').length);
  });

  test('tells commands that no test can play from others', () => {
    const { commands, unplayed } = parsePage('```sh needs=release\ncosign verify\n```\n');
    expect(commands).toEqual([]);
    expect(unplayed).toMatchObject([{ text: 'cosign verify\n' }]);
  });

  test('without the end of a block is refused', () => {
    expect(() => parsePage('a\n```sh\nls\n')).toThrow('the block of line 2 has no end');
  });
});
