import { componentDirectories } from '../manifests/index.ts';
import { set } from './path-copy.ts';
import type { Transform } from './transform.ts';

/** The label by which everything of an installation is found; plugins carry a name of their own there. */
export const nameLabel: Transform = (object, { component }) =>
  set(object, ['metadata', 'labels', 'app.kubernetes.io/name'], componentDirectories[component]);
