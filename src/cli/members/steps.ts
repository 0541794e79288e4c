import type { Clock } from '../../kube/index.ts';
import { type Mark, marginMark, markWord } from '../terminal/mark.ts';
import { plainText } from '../terminal/plain-text.ts';
import type { Style } from '../terminal/style.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface StepsOptions {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly total: number;
}

export interface StepResult<T> {
  readonly value: T;
  /** What came of it, in a few words. */
  readonly detail: string;
}

/** Says on what a step waits. */
export type TellWaiting = (what: string) => void;

const titleWidth = 32;

/** Does one thing after the other, and tells of each on stderr; a line stays for what is done or has failed. */
export class Steps {
  readonly #options: StepsOptions;
  #done = 0;

  constructor(options: StepsOptions) {
    this.#options = options;
  }

  /** Throws what the work throws. */
  async run<T>(title: string, work: (tell: TellWaiting) => Promise<StepResult<T>>): Promise<T> {
    const { terminal, clock, total } = this.#options;
    const state = (waitingFor: readonly string[]) => ({ task: title, done: this.#done, total, waitingFor });
    const progress = terminal.startProgress(clock, state([]));
    let mark: Mark = 'failed';
    let detail = '';
    try {
      const result = await work((what) => progress.update(state([plainText(what)])));
      mark = 'ok';
      detail = result.detail;
      return result.value;
    } finally {
      await progress.end();
      if (mark === 'ok') this.#done += 1;
      const number = mark === 'ok' ? this.#done : this.#done + 1;
      terminal.err.line(stepLine(terminal.err.style, mark, `${number}/${total}`, title, detail));
    }
  }
}

function stepLine(style: Style, mark: Mark, number: string, title: string, detail: string): string {
  const rest = plainText(detail);
  if (style.accessible)
    return `Step ${number.replace('/', ' of ')}, ${markWord(style, mark)}: ${title}${rest === '' ? '' : `, ${rest}`}.`;
  return `${marginMark(style, mark)} ${number} ${title.padEnd(titleWidth)}  ${rest}`.trimEnd();
}
