import { plainText } from '../terminal/plain-text.ts';
import { paint } from '../terminal/style.ts';
import type { Channel } from '../terminal/terminal.ts';
import type { Complaint } from './complaint.ts';

/** The one way in which errors are shown. `program` is how the program was called. */
export function printComplaint(channel: Channel, complaint: Complaint, program: string): void {
  const { problem, cause, fix, state, code, exit, stack } = complaint;
  const label = exit === 'interrupted' ? '' : `${paint(channel.style, 'red', 'error:')} `;
  channel.line(label + plainText(problem));
  const details = [
    ['Cause', cause],
    ['Fix', fix],
    ['State', state],
    ['Docs', code === undefined ? undefined : `${program} help ${code}`],
  ] as const;
  for (const [name, text] of details)
    if (text !== undefined) channel.line(`  ${name.padEnd(5)}  ${plainText(text)}`);
  if (stack !== undefined) channel.line(stack);
}
