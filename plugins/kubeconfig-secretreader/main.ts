import { runCredentialPlugin } from '../credential-plugin.ts';

/** The user of a kubeconfig in a Secret: its token, its client certificate and key, or both. */
process.exitCode = await runCredentialPlugin('kubeconfig-secretreader', process);
