/** The envelope of everything that is written for programs; within v1 fields are only added. */
export const documentVersion = 'cli.wheelwright.dev/v1';

export type DocumentKind =
  | 'AdoptionReport'
  | 'CheckList'
  | 'CheckReport'
  | 'DiffReport'
  | 'FleetStatus'
  | 'Explanation'
  | 'ImageList'
  | 'Inventory'
  | 'MemberList'
  | 'ObjectStatus'
  | 'ObjectStatusList'
  | 'Plan'
  | 'Simulation'
  | 'Version';

/** A whole document as text, line end included. `content` is plain data; its times are RFC 3339 in UTC. */
export async function document(
  format: 'json' | 'yaml',
  kind: DocumentKind,
  content: object,
): Promise<string> {
  const envelope = { apiVersion: documentVersion, kind, ...content };
  if (format === 'json') return `${JSON.stringify(envelope, null, 2)}\n`;
  const { dump } = await import('js-yaml');
  return dump(envelope, { noRefs: true, lineWidth: -1, skipInvalid: true });
}
