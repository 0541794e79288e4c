import type { Problem } from '../../status/problem.ts';
import { age } from './age.ts';
import { html, type Html } from './html.ts';
import { section } from './section.ts';
import { state } from './state.ts';

export interface ProblemView {
  readonly now: number;
  /** A command to copy, with the flags about the hub. */
  readonly command: (line: string) => string;
  /** What is said to be wrong, as it is shown: with a link where it has a page. */
  readonly subject: (problem: Problem) => Html;
}

/** What is wrong, each with the one command that tells more; nothing where all is well. */
export function problemList(problems: readonly Problem[], view: ProblemView): Html {
  if (problems.length === 0) return html``;
  const title = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return section(
    'problems',
    title,
    html`<ul class="problems">
      ${problems.map((problem) => item(problem, view))}
    </ul>`,
  );
}

function item(problem: Problem, { now, command, subject }: ProblemView): Html {
  const { level, code, message, since } = problem;
  const lasting = since === undefined ? html`` : html`, for ${age(since, now)}`;
  return html`<li>
    ${state(level === 'error' ? 'Error' : 'Warning', level)} <strong>${subject(problem)}</strong>:
    ${message}${lasting}${code === undefined ? '' : html` <span class="code">${code}</span>`} <br />Next:
    <code>${command(problem.command)}</code>
  </li>`;
}
