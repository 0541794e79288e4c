import { existsSync, readFileSync, statSync } from 'node:fs';

/** Some components say first what is wrong and print pages of usage then. */
const firstLines = 3;
const lastLines = 12;

/** The log file of one component, which every start of it appends to. */
export class ComponentLog {
  readonly file: string;
  #start = 0;

  constructor(file: string) {
    this.file = file;
  }

  /** What follows belongs to a new start. */
  mark(): void {
    this.#start = existsSync(this.file) ? statSync(this.file).size : 0;
  }

  /** Since the last start. */
  text(): string {
    return existsSync(this.file) ? readFileSync(this.file).subarray(this.#start).toString() : '';
  }

  /** Its beginning and end since the last start, indented, to end a message with. */
  excerpt(): string {
    const lines = this.text().trimEnd().split('\n');
    const omitted = lines.length - firstLines - lastLines;
    const shown =
      omitted > 0
        ? [...lines.slice(0, firstLines), `… ${omitted} lines …`, ...lines.slice(-lastLines)]
        : lines;
    return `its log, ${this.file}:\n${shown.map((line) => `  ${line.slice(0, 500)}`).join('\n')}`;
  }
}
