import { reasons } from '../../api/index.ts';
import type { Finding } from '../../knative/index.ts';
import { plainText } from '../terminal/plain-text.ts';
import { paint } from '../terminal/style.ts';
import type { Channel } from '../terminal/terminal.ts';
import { type GivenInstallation, titleOf } from './given-installation.ts';
import { unknownFields } from './unknown-fields.ts';

/** Tells what a person should know though nothing fails. */
export function sayFindings(channel: Channel, given: GivenInstallation, findings: readonly Finding[]): void {
  for (const { reason, field, message } of [...unknownFields(given), ...findings]) {
    const stop = /[.!?]$/.test(message) ? '' : '.';
    const text = plainText(`${titleOf(given)}: ${field}: ${message}${stop} ${reasons[reason].code}`);
    channel.line(`${paint(channel.style, 'yellow', 'warning:')} ${text}`);
  }
}
