/** What a request of an API server's clients is about. */
export interface RequestPlace {
  /** Names the simulated cluster. */
  readonly cluster: string;
  /** The path without cluster and query, for example `/version`. */
  readonly path: string;
  /** Absent where the path names no resource. */
  readonly resource?: ResourcePlace;
}

export interface ResourcePlace {
  /** Group, version and plural: `/apis/apps/v1 deployments`. */
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const resourcePath =
  /^(?<root>\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?$/;

/** Undefined for what is not below `/clusters/NAME`. Subresources are none: nobody who delivers asks for them. */
export function requestPlace(pathname: string): RequestPlace | undefined {
  const [, cluster, path] = /^\/clusters\/([^/]+)(\/.*)$/.exec(pathname) ?? [];
  if (cluster === undefined || path === undefined) return undefined;
  const { root, namespace, plural, name } = resourcePath.exec(path)?.groups ?? {};
  if (root === undefined) return { cluster, path };
  return { cluster, path, resource: { collection: `${root} ${plural}`, namespace, name } };
}
