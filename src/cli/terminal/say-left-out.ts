import type { Table } from './table.ts';
import type { Channel } from './terminal.ts';

/** Says on stderr which columns a terminal had no room for. */
export function sayLeftOut(channel: Channel, { leftOut }: Pick<Table, 'leftOut'>): void {
  const columns = [...new Set(leftOut)];
  if (columns.length > 0)
    channel.line(`Left out for want of room: ${columns.join(', ')}. Widen the terminal, or use -o json.`);
}
