/** One stage of a Dockerfile. */
export interface Stage {
  readonly name: string;
  /** With the defaults of arguments filled in. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  /** Upper case. */
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  /** As words; quotes are taken off, and a list in JSON is one of its words each. */
  readonly words: readonly string[];
}

/** Reads what our own Dockerfile uses of the format. Throws for what comes before the first stage and is no ARG. */
export function parseDockerfile(text: string): readonly Stage[] {
  const defaults: Record<string, string> = {};
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const instruction of instructionsOf(text)) {
    const stage = stages.at(-1);
    if (instruction.name === 'FROM') {
      const [base = '', , name = String(stages.length)] = instruction.words;
      stages.push({ name, base: fillIn(base, defaults), instructions: [] });
    } else if (stage !== undefined) {
      stage.instructions.push(instruction);
    } else if (instruction.name === 'ARG') {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(instruction.words[0] ?? '') ?? [];
      defaults[name] = value;
    } else {
      throw new Error(`${instruction.name} comes before the first FROM`);
    }
  }
  return stages;
}

function instructionsOf(text: string): readonly Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n');
  return lines.filter((line) => line.trim() !== '').map(instructionOf);
}

function instructionOf(line: string): Instruction {
  const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
  const [, flagText = '', argument = ''] = /^((?:--\S+\s+)*)(.*)$/.exec(rest) ?? [];
  const flags = flagText.split(/\s+/).flatMap((flag) => {
    const [, key, value] = /^--([\w-]+)=(.*)$/.exec(flag) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });
  const words = argument.startsWith('[') ? (JSON.parse(argument) as string[]) : wordsOf(argument);
  return { name: name.toUpperCase(), flags: Object.fromEntries(flags), words };
}

function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));
}

function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
