import { readFile } from 'node:fs/promises';
import { memberAccess } from '../../clusters/index.ts';
import { parseKubeconfig } from '../../kube/index.ts';

/**
 * The text of a kubeconfig that the hub shall use as it is. It must have all that it takes in itself: files beside it, and
 * commands that it names, are not where the operator is. Throws KubeconfigError, which tells no secret, and what the
 * operating system refuses.
 */
export async function givenKubeconfig(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  // Which servers may be dialled is for the operator to say, who dials them.
  const policy = { allowHttp: true, allowInsecureTls: true, refusal: () => undefined };
  await memberAccess(parseKubeconfig(text, { source: `--from-file '${file}'` }), { policy });
  return text;
}
