/** Series and their values, one a minute, as `promtool test rules` writes them: `0+1x5` is 0, 1, 2, 3, 4, 5. */
type Series = Readonly<Record<string, string>>;

export interface AlertCase {
  /** With these it fires, minutes after the beginning, and is silent before. */
  readonly fires: { readonly at: number; readonly silentAt: number; readonly series: Series };
  /** Of the alert, beside its severity. */
  readonly labels: Readonly<Record<string, string>>;
  /** With these it never does; looked at as late as when it fires with the others. */
  readonly quiet: Series;
}

const cluster = { target_cluster: 'fleet/eu-1' };
const object = { object_namespace: 'shop', object_name: 'checkout' };
const kedify = { namespace: 'shop', name: 'checkout' };

/** What pods of Wheelwright have in common, and other programs do not have. */
const pod = { job: 'ww', instance: '10.0.0.1:8080' };
const queue = { ...pod, name: 'q' };
const own: Series = { [named('wheelwright_build_info', pod)]: '1x60' };
const writes: Series = {
  'wheelwright_delivery_writes_total{verb="apply",outcome="ok"}': '0+30x120',
  [named('wheelwright_inventory_objects', cluster)]: '88x120',
};

/** One case for each alert, close to its limit. */
export const alertCases: Readonly<Record<string, AlertCase>> = {
  WheelwrightDown: {
    fires: { at: 10, silentAt: 9, series: { up: '0x20' } },
    labels: {},
    quiet: { wheelwright_build_info: '1x20' },
  },
  WheelwrightUnledWork: {
    fires: { at: 5, silentAt: 4, series: buckets('1x20', '0x20') },
    labels: { job: 'ww' },
    quiet: buckets('1x20', '1x20'),
  },
  WheelwrightWorkLedTwice: {
    fires: { at: 2, silentAt: 1, series: leaders('1x20', '1x20') },
    labels: { job: 'ww', bucket: 'b-0' },
    // The old leader is seen once more after the new one.
    quiet: leaders('1x20', '0 1 0x20'),
  },
  WheelwrightSpokeUnreachable: {
    fires: { at: 5, silentAt: 4, series: states('eu-1 Unreachable') },
    labels: cluster,
    quiet: states('eu-1 Ready'),
  },
  WheelwrightManySpokesUnreachable: {
    fires: {
      at: 3,
      silentAt: 2,
      series: states('a Ready', 'b Ready', 'c Ready', 'd Unreachable', 'e Unreachable'),
    },
    labels: {},
    quiet: states('a Ready', 'b Ready', 'c Ready', 'd Ready', 'e Unreachable'),
  },
  WheelwrightObjectNotReady: {
    fires: { at: 15, silentAt: 14, series: status('InstallFailed') },
    labels: { kind: 'KnativeServing', ...object, ...cluster, reason: 'InstallFailed' },
    quiet: status(''),
  },
  WheelwrightDeletionHangs: {
    fires: { at: 16, silentAt: 15, series: { [deletion()]: '0+60x30' } },
    labels: { kind: 'KnativeServing', ...object },
    quiet: { [deletion()]: '600x30' },
  },
  WheelwrightDriftFighting: {
    fires: { at: 40, silentAt: 10, series: { [drift('reverted')]: '0+1x60' } },
    labels: cluster,
    quiet: { [drift('left')]: '0+1x60' },
  },
  WheelwrightMendSlow: {
    fires: { at: 31, silentAt: 29, series: histogram('wheelwright_drift_mend_duration_seconds', 8, 15) },
    labels: {},
    quiet: histogram('wheelwright_drift_mend_duration_seconds', 4, 8),
  },
  WheelwrightNotSteady: {
    fires: { at: 90, silentAt: 60, series: writes },
    labels: {},
    quiet: { ...writes, [drift('recreated')]: '0+1x120' },
  },
  WheelwrightCredentialExpired: {
    fires: { at: 15, silentAt: 14, series: { [expiry('credential')]: '599x30' } },
    labels: cluster,
    quiet: { [expiry('credential')]: '900x30' },
  },
  WheelwrightCredentialExpiring: {
    fires: { at: 360, silentAt: 359, series: { [expiry('credential')]: '604700x400' } },
    labels: cluster,
    // Renewed every hour.
    quiet: {
      [expiry('credential')]: Array.from({ length: 7 }, (_, hour) => `${(hour + 2) * 3_600}x59`).join(' '),
    },
  },
  WheelwrightCredentialFetchFailing: {
    fires: { at: 11, silentAt: 10, series: fetches('0+2x30') },
    labels: { provider: 'secretreader' },
    quiet: fetches('0+1x30'),
  },
  WheelwrightAuthorityExpiring: {
    fires: { at: 60, silentAt: 59, series: { [expiry('authority')]: '2591000x90' } },
    labels: cluster,
    quiet: { [expiry('authority')]: '2600000x90' },
  },
  WheelwrightProviderFileInvalid: {
    fires: { at: 15, silentAt: 5, series: { wheelwright_provider_file_reload_failures_total: '0x10 1x50' } },
    labels: {},
    quiet: { wheelwright_provider_file_reload_failures_total: '1x60' },
  },
  WheelwrightQueueStuck: {
    fires: {
      at: 11,
      silentAt: 10,
      series: { ...own, [ofPod('workqueue_longest_running_processor_seconds')]: '0+60x30' },
    },
    labels: { name: 'q' },
    // That of another program.
    quiet: { [ofPod('workqueue_longest_running_processor_seconds')]: '0+60x30' },
  },
  WheelwrightQueueSlow: {
    fires: {
      at: 16,
      silentAt: 15,
      series: { ...own, ...histogram('workqueue_queue_duration_seconds', 10, 100, queue) },
    },
    labels: { name: 'q' },
    quiet: histogram('workqueue_queue_duration_seconds', 10, 100, queue),
  },
  WheelwrightReconcilePanics: {
    fires: {
      at: 5,
      silentAt: 2,
      series: { ...own, [ofPod('controller_runtime_reconcile_panics_total')]: '0x3 1x30' },
    },
    labels: { controller: 'c' },
    quiet: { [ofPod('controller_runtime_reconcile_panics_total')]: '0x3 1x30' },
  },
  WheelwrightMembersNotReady: {
    fires: {
      at: 10,
      silentAt: 9,
      series: { 'wheelwright_members{provider="kubeconfig",state="NotReady"}': '2x20' },
    },
    labels: { provider: 'kubeconfig' },
    quiet: {
      'wheelwright_members{provider="kubeconfig",state="Ready"}': '2x20',
      'wheelwright_members{provider="kubeconfig",state="NotReady"}': '0x20',
    },
  },
  WheelwrightMembersExcluded: {
    fires: { at: 10, silentAt: 9, series: members('1x20', '0x20') },
    labels: object,
    quiet: members('0x20', '0x20'),
  },
  WheelwrightScalingNotReady: {
    fires: { at: 10, silentAt: 9, series: condition('False', 'TriggerError') },
    labels: { ...kedify, reason: 'TriggerError' },
    quiet: { ...condition('True', 'MembersDegraded'), ...condition('False', 'NoHealthyMembers') },
  },
  WheelwrightScalingNoMembers: {
    fires: { at: 2, silentAt: 1, series: condition('False', 'NoHealthyMembers') },
    labels: { ...kedify, reason: 'NoHealthyMembers' },
    quiet: condition('False', 'TriggerError'),
  },
  WheelwrightScalingUnplaced: {
    fires: { at: 5, silentAt: 4, series: { [named('wheelwright_dso_unplaced_replicas', object)]: '1x20' } },
    labels: object,
    quiet: { [named('wheelwright_dso_unplaced_replicas', object)]: '0x20' },
  },
  WheelwrightScalingBehind: {
    fires: { at: 15, silentAt: 14, series: replicas('7x20') },
    labels: object,
    quiet: replicas('8x20'),
  },
  WheelwrightScalingSlow: {
    fires: { at: 16, silentAt: 15, series: histogram('wheelwright_dso_write_duration_seconds', 4, 8) },
    labels: {},
    quiet: histogram('wheelwright_dso_write_duration_seconds', 2, 4),
  },
  WheelwrightScaleRefused: {
    fires: {
      at: 16,
      silentAt: 14,
      series: { 'wheelwright_dso_write_failures_total{refused="true"}': '0+1x30' },
    },
    labels: {},
    quiet: { 'wheelwright_dso_write_failures_total{refused="false"}': '0+1x30' },
  },
};

function named(metric: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `${metric}{${pairs.join(',')}}`;
}

function buckets(first: string, second: string): Series {
  return {
    'wheelwright_buckets{job="ww"}': '2x20',
    'wheelwright_buckets_owned{job="ww",bucket="b-0"}': first,
    'wheelwright_buckets_owned{job="ww",bucket="b-1"}': second,
  };
}

function leaders(first: string, second: string): Series {
  return {
    'wheelwright_buckets_owned{job="ww",pod="p-0",bucket="b-0"}': first,
    'wheelwright_buckets_owned{job="ww",pod="p-1",bucket="b-0"}': second,
  };
}

function states(...clusters: readonly string[]): Series {
  return Object.fromEntries(
    clusters.map((text) => {
      const [name, state = ''] = text.split(' ');
      return [named('wheelwright_cluster_state', { target_cluster: `fleet/${name}`, state }), '1x20'];
    }),
  );
}

function status(reason: string): Series {
  const labels = { kind: 'KnativeServing', ...object, ...cluster, reason };
  return { [named('wheelwright_resource_status', labels)]: '1x30' };
}

function deletion(): string {
  return named('wheelwright_resource_deletion_age_seconds', { kind: 'KnativeServing', ...object });
}

function drift(action: string): string {
  return named('wheelwright_drift_total', { ...cluster, action });
}

function expiry(what: 'credential' | 'authority'): string {
  return named(`wheelwright_cluster_${what}_expiry_timestamp_seconds`, cluster);
}

function fetches(failed: string): Series {
  return {
    'wheelwright_credential_fetch_total{provider="secretreader",outcome="ok"}': '0+1x30',
    'wheelwright_credential_fetch_total{provider="secretreader",outcome="error"}': failed,
  };
}

/** One observation a minute, between these two bounds. */
function histogram(
  metric: string,
  above: number,
  below: number,
  labels: Readonly<Record<string, string>> = {},
): Series {
  const bucket = (le: string): string => named(`${metric}_bucket`, { ...labels, le });
  return { [bucket(String(above))]: '0x60', [bucket(String(below))]: '0+1x60', [bucket('+Inf')]: '0+1x60' };
}

function ofPod(metric: string): string {
  return named(metric, { ...pod, ...(metric.startsWith('workqueue') ? { name: 'q' } : { controller: 'c' }) });
}

function members(first: string, second: string): Series {
  return {
    [named('wheelwright_dso_member_excluded', { ...object, member: 'eu-1' })]: first,
    [named('wheelwright_dso_member_excluded', { ...object, member: 'eu-2' })]: second,
  };
}

function condition(status: string, reason: string): Series {
  const labels = { ...kedify, type: 'Ready', status, reason };
  return { [named('kube_kedify_distributedscaledobject_status_condition_info', labels)]: '1x20' };
}

/** Ten are asked for. */
function replicas(ready: string): Series {
  const desired = (member: string): string =>
    named('wheelwright_dso_member_replicas', { ...object, member, state: 'desired' });
  return {
    [named('wheelwright_dso_ready_replicas', object)]: ready,
    [desired('eu-1')]: '5x20',
    [desired('eu-2')]: '5x20',
  };
}
