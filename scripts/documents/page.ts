/** A block of a Markdown page between fences. */
export interface Block {
  /** The headings that it stands under, from the outermost. */
  readonly headings: readonly string[];
  /** Of its first fence, counted from 1. */
  readonly line: number;
  /** First word after the fence; empty where there is none. */
  readonly language: string;
  /** What else stands after the fence. */
  readonly remark: string;
  readonly text: string;
}

/** Commands that a reader pastes at once. */
export interface Commands extends Block {
  /** How they are to end; `exit=1` after the language. Default 0. */
  readonly exit: number;
  /** What they are to print: the block `text` right below; undefined where there is none. */
  readonly output: string | undefined;
}

export interface Heading {
  readonly text: string;
  readonly level: number;
}

export interface Page {
  readonly headings: readonly Heading[];
  readonly blocks: readonly Block[];
  readonly commands: readonly Commands[];
  /** Commands for what no test has, `needs=THING` after the language. */
  readonly unplayed: readonly Block[];
  /** Everything outside of blocks, each line in its place. */
  readonly prose: string;
}

const fence = /^( *)(`{3,}|~{3,})\s*(\S*)\s*(.*)$/;

/** Throws where a block has no end. */
export function parsePage(text: string): Page {
  const headings: Heading[] = [];
  const blocks: Block[] = [];
  const prose: string[] = [];
  /** Indexes of blocks that follow the one before with nothing but blank lines between. */
  const following = new Set<number>();
  const lines = text.split('\n');
  let lastEnd: number | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const [, indent = '', mark, language = '', remark = ''] = fence.exec(line) ?? [];
    if (mark === undefined) {
      const [, level = '', title = ''] = /^(#{1,6}) +(.*?) *#* *$/.exec(line) ?? [];
      if (level !== '') headings.push({ text: title, level: level.length });
      if (line.trim() !== '') lastEnd = undefined;
      prose.push(line);
      continue;
    }
    const end = lines.findIndex((each, at) => at > index && each.trim() === mark);
    if (end === -1) throw new Error(`the block of line ${index + 1} has no end`);
    if (lastEnd !== undefined) following.add(blocks.length);
    blocks.push({
      headings: path(headings),
      line: index + 1,
      language,
      remark: remark.trim(),
      text: lines
        .slice(index + 1, end)
        .map((each) => `${each.startsWith(indent) ? each.slice(indent.length) : each.trimStart()}\n`)
        .join(''),
    });
    prose.push(...lines.slice(index, end + 1).map(() => ''));
    index = end;
    lastEnd = end;
  }
  const commands = blocks.flatMap((block, at) => {
    if (block.language !== 'sh' || isUnplayed(block)) return [];
    const next = following.has(at + 1) ? blocks[at + 1] : undefined;
    const output = next?.language === 'text' ? next.text : undefined;
    const exit = Number(/^exit=(\d+)$/.exec(block.remark)?.[1] ?? 0);
    return [{ ...block, exit, output }];
  });
  const unplayed = blocks.filter(isUnplayed);
  return { headings, blocks, commands, unplayed, prose: prose.join('\n') };
}

function isUnplayed({ language, remark }: Block): boolean {
  return language === 'sh' && remark.startsWith('needs=');
}

/** The last heading and those that it stands under. */
function path(headings: readonly Heading[]): readonly string[] {
  const found: Heading[] = [];
  for (const heading of headings.toReversed())
    if (heading.level < (found[0]?.level ?? 7)) found.unshift(heading);
  return found.map(({ text }) => text);
}
