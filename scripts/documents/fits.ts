/**
 * What is wrong with an output, as a page promises it; undefined where nothing is. In the promise `…` stands for anything
 * within a line, and a line with nothing else for any number of lines. Columns are as wide as their widest value, so that
 * blanks count as one. Lines of progress count as nothing: they come only where a machine is slow.
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
    .filter((line) => !progress.test(line))
    .map((line) => `${squeeze(line)}\n`)
    .join('');
  if (new RegExp(`^${pattern}$`).test(actual)) return undefined;
  return `promised:\n${promised.trim()}\nprinted:\n${output.trim()}`;
}

/** `Asking the hub: 0 of 1 done, 2s`, as the program tells it where nobody watches. */
const progress = /^\S[^:]*: \d+ of \d+ done, \d/;

function inLine(line: string): string {
  return squeeze(line)
    .split('…')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    .join('.*');
}

function squeeze(line: string): string {
  return line.trim().replaceAll(/\s+/g, ' ');
}
