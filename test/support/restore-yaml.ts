/** Which fields may stand directly below which; `''` is the top of a document, and `*` stands for any name not listed. */
export type Fields = Readonly<Record<string, readonly string[]>>;

interface Frame {
  readonly allowed: readonly string[];
  readonly indent: number;
  isList: boolean;
}

/**
 * YAML that lost its indentation, or even its line ends, when a page became text: the words as they are, each field below
 * the nearest one that may have it. Throws where none may.
 */
export function restoreYaml(text: string, fields: Fields): string {
  const known = new Set(Object.values(fields).flat());
  const lines: string[] = [];
  let stack: Frame[] = [];
  let isItem = false;
  const begin = (): void => {
    stack = [{ allowed: fields[''] ?? [], indent: 0, isList: false }];
  };
  begin();
  const parts = wordsOf(text).flatMap((word) => unglued(word, known, fields[''] ?? []));
  for (const [index, part] of parts.entries()) {
    if (part === '---') {
      lines.push(part);
      begin();
    } else if (part === '-') {
      isItem = true;
    } else if (isKey(part)) {
      const key = part.slice(0, -1);
      const frame = frameFor(key, stack, known);
      if (isItem) frame.isList = true;
      const bullet = isItem ? '- ' : '';
      const indent = frame.indent + (frame.isList && !isItem ? 2 : 0);
      lines.push(`${' '.repeat(indent)}${bullet}${part}`);
      isItem = false;
      const next = parts[index + 1];
      const isParent = next === undefined || next === '-' || isKey(next);
      const depth = frame.indent + (frame.isList ? 4 : 2);
      if (isParent) stack.push({ allowed: fields[key] ?? [], indent: depth, isList: false });
    } else {
      lines.push(`${lines.pop() ?? ''} ${part}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Without comments; what quotes or brackets hold together is one word. */
function wordsOf(text: string): readonly string[] {
  return text.replaceAll(/(?:^|\s)#.*$/gm, '').match(/\[[^\]]*\]|"[^"]*"|\S+/g) ?? [];
}

/** Where line ends are lost, a field at the top follows the value before it without a space. */
function unglued(word: string, known: ReadonlySet<string>, top: readonly string[]): readonly string[] {
  if (!isKey(word) || known.has(word.slice(0, -1))) return [word];
  const key = top.find((name) => word.endsWith(`${name}:`));
  return key === undefined ? [word] : [word.slice(0, -key.length - 1), `${key}:`];
}

function isKey(word: string): boolean {
  return word.endsWith(':');
}

function frameFor(key: string, stack: Frame[], known: ReadonlySet<string>): Frame {
  const name = known.has(key) ? key : '*';
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    if (frame.allowed.includes(name)) return frame;
    stack.pop();
  }
  throw new Error(`no field may have '${key}'`);
}
