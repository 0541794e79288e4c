/** The part of a stream that a table needs. */
export interface TableStream {
  write(text: string): void;
}

/** Lines in one place of a terminal: each `show` puts the new ones where the last ones were. */
export class LiveTable {
  readonly #stream: TableStream;
  #shown: readonly string[] = [];

  constructor(stream: TableStream) {
    this.#stream = stream;
  }

  /** No line may be wider than the terminal: it would take two rows, and only one of them would be rewritten. */
  show(lines: readonly string[]): void {
    if (lines.join('\n') === this.#shown.join('\n')) return;
    const up = this.#shown.length === 0 ? '' : `\u001B[${this.#shown.length}A\r\u001B[J`;
    this.#shown = lines;
    this.#stream.write(`${up}${lines.map((line) => `${line}\n`).join('')}`);
  }
}
