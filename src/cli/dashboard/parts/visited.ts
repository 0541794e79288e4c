import { CliError } from '../../failure/cli-error.ts';
import type { Answer } from '../../hub/answer.ts';
import { visitParameter } from '../place.ts';
import { html, type Html } from './html.ts';

/** What was seen on a cluster, or why nothing was. */
export function visited<T>(answer: Answer<T>, show: (value: T) => Html): Html {
  switch (answer.state) {
    case 'answered':
      return show(answer.value);
    case 'failed':
      return html`<p>It cannot be seen from here: ${answer.error.message}${fixOf(answer.error)}</p>`;
    case 'notAsked':
      return answer.lackedHere
        ? html`<p>To see it, start the dashboard with <code>${answer.needs}</code>.</p>`
        : html`<p>Being looked at.</p>
            <noscript>
              <p><a href="?${visitParameter}=">Look now</a></p>
            </noscript>`;
  }
}

function fixOf(error: Error): Html {
  const fix = error instanceof CliError ? error.complaint.fix : undefined;
  return fix === undefined ? html`` : html`<br />Fix: ${fix}`;
}

/** All that it tells, for comparison. */
export function toldOf(answer: Answer<unknown>): unknown {
  if (answer.state === 'answered') return answer.value;
  return answer.state === 'failed' ? answer.error.message : answer.needs;
}
