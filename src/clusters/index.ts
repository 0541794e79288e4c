export * from './access/index.ts';
export * from './cluster.ts';
export { isSameCluster } from './cluster-identity.ts';
export { type ConnectClient, ConnectionReplacedError, type ConnectionState } from './connection.ts';
export { HubSecrets } from './hub-secrets.ts';
export * from './members/index.ts';
export * from './profile-clusters.ts';
export { type ProfileLookup, ProfileSource, type ProfileSourceOptions } from './profile-source.ts';
export { connectionFailure, type TargetFailure, type TargetReason, type TargetResolution } from './target.ts';
