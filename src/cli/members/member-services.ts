import type { Clock } from '../../kube/index.ts';
import type { OpenHub } from '../hub/open-hub.ts';

/** What commands about members work with. */
export interface MemberServices {
  /** Opens hubs, and members as well: both are API servers of a kubeconfig. */
  readonly open: OpenHub;
  readonly clock: Clock;
}
