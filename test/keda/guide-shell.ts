import { type Fleet, ReaderShell } from '../fleet/index.ts';

/** Where the reader of a guide works: with the plugin under its other name. The context of the hub is the current one. */
export async function openGuideShell(
  fleet: Fleet,
  hub: string,
  spokes: readonly string[],
): Promise<ReaderShell> {
  const shell = await ReaderShell.open(fleet, { hub, spokes, directory: 'guide' });
  await shell.run('wheelwright alias --kedify --dir "$HOME/bin"');
  return shell;
}
