import { type Mark, markWord } from '../../src/cli/terminal/mark.ts';
import type { OutputStream } from '../../src/cli/terminal/output-stream.ts';
import { paint, type Style } from '../../src/cli/terminal/style.ts';

/** What the demo tells: what it does, in bold, and how that went, marked. */
export class Story {
  readonly stream: OutputStream;
  readonly style: Style;

  constructor(stream: OutputStream, style: Style) {
    this.stream = stream;
    this.style = style;
  }

  /** The next thing that happens. */
  act(text: string): void {
    this.line(`\n${paint(this.style, 'bold', text)}`);
  }

  outcome(mark: Mark, text: string): void {
    this.line(`${markWord(this.style, mark)} ${text}`);
  }

  line(text: string): void {
    this.stream.write(`${text}\n`);
  }
}

/** `0.94 s`, `12.3 s`: as exact as a person cares. */
export function inSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

/** `1 object`, `2 objects` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
