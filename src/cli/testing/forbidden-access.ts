export interface ForbiddenAccess {
  readonly flag: string;
  /** Where the profile leads to. */
  readonly server: string;
  /** In the words of the operator. */
  readonly says: string;
}

const server = 'https://eu-1.example.com:6443';

/** What forbids the way to the profile fleet/eu-1, which names the Secret wheelwright/other. */
export const forbiddenAccess: readonly ForbiddenAccess[] = [
  { flag: '--access-secret-namespaces=profile', server, says: "must be one of 'fleet', not 'wheelwright'" },
  {
    flag: '--access-secret-same-name',
    server,
    says: "must be 'eu-1', the name of the profile, not 'other'",
  },
  {
    flag: '--access-secret-label=example.com/profile',
    server,
    says: 'Secret wheelwright/other must carry the label example.com/profile=fleet.eu-1 to be used for this profile',
  },
  {
    flag: '--allow-spoke-servers=10.0.0.0/8',
    server,
    says: "server must be one of the servers the operator may dial, and 'eu-1.example.com' is not",
  },
  {
    flag: '--deny-spoke-servers=*.example.com',
    server,
    says: "server must not be 'eu-1.example.com', which the operator is told not to dial",
  },
  {
    flag: '--deny-loopback-spokes=true',
    server: 'https://127.0.0.1:6443',
    says: "server must not be the loopback address '127.0.0.1', which is the operator itself",
  },
  {
    flag: '--deny-hub-spokes=true',
    server: 'https://kubernetes.default.svc',
    says: "server must not be 'kubernetes.default.svc', which is the hub as its pods see it",
  },
];
