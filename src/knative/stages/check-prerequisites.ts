import { findCondition } from '../../controller/index.ts';
import { failed, pending, type StatusDraft } from '../installation-status.ts';
import { goOn, need, type Pass, type StageResult } from '../pass.ts';
import { mustServe, neededKinds } from '../prerequisites.ts';
import type { Finding } from '../transforms/index.ts';
import { isKubernetesTooOld, kubernetesMinimum } from '../versions/index.ts';

/**
 * What must be on the cluster before anything of a set is applied. An older Kubernetes than the release is made for
 * hinders nothing: it may do, and where it does not, the workloads say so by not becoming ready, and this says why.
 * Throws PrerequisitesMissing, KubeErrors.
 */
export async function checkPrerequisites(pass: Pass): Promise<StageResult> {
  const needed = neededKinds(pass);
  if (needed.length > 0) await mustServe(needed, need(pass, 'cluster').client, pass.signal);
  const finding = tooOld(pass);
  const status = withDependency(pass, finding);
  return goOn(
    finding === undefined
      ? { ...pass, status }
      : { ...pass, status, findings: [finding, ...(pass.findings ?? [])] },
  );
}

function tooOld(pass: Pass): Finding | undefined {
  const { component, cluster, version = '', services } = pass;
  const minimum = services.renderer.kubernetesMinVersion ?? kubernetesMinimum(version);
  if (cluster === undefined || minimum === undefined) return undefined;
  if (!isKubernetesTooOld(cluster.serverVersion, minimum)) return undefined;
  const needs = minimum.replace(/^v/, '');
  const message =
    `cluster "${cluster.name}" runs Kubernetes ${cluster.serverVersion}, and ${component.kind} ${version} is made for ` +
    `${needs} or newer: its pods may refuse to start. Upgrade that cluster, or choose an older version`;
  return { reason: 'ClusterTooOld', field: 'spec.version', message };
}

/** Once everything has run there, an upgrade tells it as a finding only: what is in force is in force. */
function withDependency({ status, services }: Pass, finding: Finding | undefined): StatusDraft {
  const now = services.clock.now();
  const before = findCondition(status.conditions, 'DependenciesInstalled')?.status;
  if (before === 'True') return status;
  if (finding === undefined)
    return before === 'False' ? pending(status, 'DependenciesInstalled', '', now) : status;
  const message = `Dependency missing: ${finding.message}`;
  return failed(status, 'DependenciesInstalled', { reason: 'Error', because: 'ClusterTooOld', message }, now);
}
