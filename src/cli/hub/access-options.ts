import { Option } from 'commander';

/** The operator's flags of these names. */
export interface AccessFlags {
  readonly accessPluginDirs?: string;
  readonly accessPluginTimeout?: string;
  readonly allowInsecureSpokes?: boolean;
  readonly denyLoopbackSpokes?: string;
  readonly denyHubSpokes?: string;
  readonly accessSecretNamespaces?: string;
  readonly accessSecretSameName?: boolean;
  readonly accessSecretLabel?: string;
  readonly allowSpokeServers?: string;
  readonly denySpokeServers?: string;
}

/** What the operator was told of the ways to clusters. Not taken from its flags, which take long to load. */
export function accessOptions(): readonly Option[] {
  const options = [
    new Option('--access-plugin-dirs <dirs>', 'directories that plugins of the provider file must lie in'),
    new Option('--access-plugin-timeout <duration>', 'how long a plugin may take (default: 30s)'),
    new Option('--allow-insecure-spokes', 'allow http and insecure-skip-tls-verify in ClusterProfiles'),
    new Option('--deny-loopback-spokes <bool>', 'refuse loopback addresses (default: inside a cluster only)'),
    new Option(
      '--deny-hub-spokes <bool>',
      'refuse the address that the hub has for its pods (default: inside a cluster only)',
    ),
    new Option('--access-secret-namespaces <names>', 'namespaces whose Secrets ClusterProfiles may name'),
    new Option('--access-secret-same-name', 'a ClusterProfile may only name a Secret that has its name'),
    new Option('--access-secret-label <key>', 'the label that such a Secret must have'),
    new Option('--allow-spoke-servers <hosts>', 'servers and proxies that ClusterProfiles may lead to'),
    new Option('--deny-spoke-servers <hosts>', 'those that they must not lead to'),
  ];
  return options.map((option) => option.helpGroup('Access, as the operator has it:'));
}
