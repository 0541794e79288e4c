/**
 * The words of a command line, without a shell: blanks separate words, quotes of either kind keep them together, and
 * nothing else means anything. Throws where a quote is not closed or no word is there.
 */
export function splitCommand(text: string): readonly [program: string, ...args: string[]] {
  const words: string[] = [];
  const word = /(?:'[^']*'|"[^"]*"|[^\s'"])+/gy;
  const blanks = /\s*/gy;
  for (let at = skip(blanks, text, 0); at < text.length; at = skip(blanks, text, at)) {
    word.lastIndex = at;
    const [found] = word.exec(text) ?? [];
    if (found === undefined) throw new SyntaxError(`a quote is not closed: ${text.slice(at)}`);
    words.push(found.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
    at += found.length;
  }
  const [program, ...args] = words;
  if (program === undefined) throw new SyntaxError('the command is empty');
  return [program, ...args];
}

function skip(blanks: RegExp, text: string, from: number): number {
  blanks.lastIndex = from;
  return from + (blanks.exec(text)?.[0].length ?? 0);
}
