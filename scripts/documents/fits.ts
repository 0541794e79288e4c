/**
 * What is wrong with an output, as a page promises it; undefined where nothing is. In the promise `…` stands for anything
 * within a line, and a line with nothing else for any number of lines. Columns are as wide as their widest value, so that
 * blanks count as one.
 */
export function misfit(promised: string, output: string): string | undefined {
  const pattern = promised
    .trim()
    .split('\n')
    .map((line) => (line.trim() === '…' ? '(?:.*\\n)*?' : `${inLine(line)}\\n`))
    .join('');
  const actual = output
    .trim()
    .split('\n')
    .map((line) => `${squeeze(line)}\n`)
    .join('');
  if (new RegExp(`^${pattern}$`).test(actual)) return undefined;
  return `promised:\n${promised.trim()}\nprinted:\n${output.trim()}`;
}

function inLine(line: string): string {
  return squeeze(line)
    .split('…')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    .join('.*');
}

function squeeze(line: string): string {
  return line.trim().replaceAll(/\s+/g, ' ');
}
