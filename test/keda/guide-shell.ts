import { join } from 'node:path';
import { type Fleet, ReaderShell } from '../fleet/index.ts';

/** Where the reader of a guide works: with the plugin under its other name. The context of the hub is the current one. */
export async function openGuideShell(
  { bed }: Fleet,
  hub: string,
  spokes: readonly string[],
): Promise<ReaderShell> {
  const clusters = spokes.map((name, index) => [name, bed.spokes[index]?.kubeconfig ?? ''] as const);
  const shell = await ReaderShell.open({
    directory: join(bed.directory, 'guide'),
    contexts: Object.fromEntries([[hub, bed.hub.kubeconfig], ...clusters]),
  });
  await shell.run('wheelwright alias --kedify --dir "$HOME/bin"');
  return shell;
}
