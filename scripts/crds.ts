import { crdFile, folderWithoutKeda, kindsWithoutKeda, servedKinds } from '../src/api/crd/index.ts';
import { filesBelow, keepGenerated } from './generated-files.ts';

const folder = 'crds/';

/** Writes the CustomResourceDefinitions into `crds`; with `--check` only says what is stale and exits 1. */
async function main(options: readonly string[]): Promise<number> {
  const wanted = new Map([
    ...servedKinds.map(crdFile).map(({ name, text }) => [folder + name, text] as const),
    ...kindsWithoutKeda
      .map(crdFile)
      .map(({ name, text }) => [`${folder}${folderWithoutKeda}/${name}`, text] as const),
  ]);
  return keepGenerated({ wanted, present: await filesBelow(folder), command: 'npm run crds' }, options);
}

process.exitCode = await main(process.argv.slice(2));
