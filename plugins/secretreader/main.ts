import { runCredentialPlugin } from '../credential-plugin.ts';

/** The bearer token in the Secret that is named like the cluster, in this pod's own namespace, under the key `token`. */
process.exitCode = await runCredentialPlugin('secretreader', process);
