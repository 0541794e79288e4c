import { type Change, kinds } from './change.ts';

/** Puts a version before those that are there. `date` is `2026-01-31`. Throws where there is nothing to tell, or the version is there. */
export function withRelease(
  changelog: string,
  changes: readonly Change[],
  { version, date }: { readonly version: string; readonly date: string },
): string {
  if (changes.length === 0) throw new Error('no change has a note: there is nothing to release');
  if (notesOf(changelog, version) !== undefined) throw new Error(`CHANGELOG.md has ${version} already`);
  const sections = kinds.flatMap((kind) => {
    const notes = changes.filter((change) => change.kind === kind).map(({ note }) => item(note));
    return notes.length === 0
      ? []
      : [`### ${kind[0]?.toUpperCase()}${kind.slice(1)}\n\n${notes.join('\n')}\n`];
  });
  const upgrades = changes.flatMap(({ upgrade }) => (upgrade === undefined ? [] : [item(upgrade)]));
  if (upgrades.length > 0) sections.unshift(`### Upgrading\n\n${upgrades.join('\n')}\n`);
  const release = `## [${version}] - ${date}\n\n${sections.join('\n')}`;
  const first = /^## \[/m.exec(changelog)?.index ?? changelog.length;
  const [before, after] = [changelog.slice(0, first).trimEnd(), changelog.slice(first)];
  return `${before}\n\n${release}${after === '' ? '' : '\n'}${after}`;
}

/** What the changelog tells about a version, without its heading. */
export function notesOf(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^(?=## \[)/m);
  const section = sections.find((text) => text.startsWith(`## [${version}]`));
  return section === undefined ? undefined : section.slice(section.indexOf('\n')).trim();
}

function item(text: string): string {
  return `- ${text.trim().replaceAll('\n', '\n  ').replaceAll(/^ +$/gm, '')}`;
}
