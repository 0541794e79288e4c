import { servingNamespace } from './cast.ts';

export interface TryPaths {
  /** What runs our own command line: Node and the bundle. */
  readonly wheelwright: readonly string[];
  /** Absolute, or the command as PATH finds it. */
  readonly kubectl: string;
  readonly hub: string;
  readonly spokes: readonly { readonly name: string; readonly kubeconfig: string }[];
  /** The access provider file of the operator. */
  readonly providerFile: string;
  readonly metricsUrl: string;
}

/** Commands to paste while everything runs. */
export function tryLines(paths: TryPaths): readonly string[] {
  const { wheelwright, kubectl, hub, spokes } = paths;
  const on = (kubeconfig: string, rest: string): string =>
    `${quoted(kubectl)} --kubeconfig ${quoted(kubeconfig)} -n ${servingNamespace} ${rest}`;
  const ours = (command: string): string =>
    `${wheelwright.map(quoted).join(' ')} ${command} --kubeconfig ${quoted(hub)}`;
  const [first] = spokes;
  return [
    '# how the fleet is, and what is wrong with it',
    ours('status'),
    ours(`check --provider-file ${quoted(paths.providerFile)}`),
    '# what the hub says of both installations',
    on(hub, 'get knativeservings'),
    on(hub, 'get events'),
    ...(first === undefined
      ? []
      : [
          `# what is on ${first.name}; delete or change some of it, and look again`,
          on(first.kubeconfig, 'get deployments,services,configmaps'),
          on(first.kubeconfig, 'delete deployment controller'),
          '# another setting, on its way to the spoke at once',
          on(
            hub,
            `patch knativeserving ${first.name} --type merge -p '{"spec":{"config":{"autoscaler":{"scale-to-zero-grace-period":"45s"}}}}'`,
          ),
          on(
            first.kubeconfig,
            "get configmap config-autoscaler -o jsonpath='{.data.scale-to-zero-grace-period}'",
          ),
        ]),
    '# what the operator counts',
    `curl -s ${paths.metricsUrl}`,
  ];
}

/** As one word of a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
