import { driftPolicyFindings } from '../drift-policy.ts';
import { goOn, need, type Pass, type StageResult } from '../pass.ts';

/** What must be on the cluster: manifests of the wanted version, transformed as the spec says. */
export async function renderSet(pass: Pass): Promise<StageResult> {
  const { component, installation, object, services, signal } = pass;
  const request = {
    component,
    installation,
    version: need(pass, 'version'),
    namespace: need(pass, 'namespace'),
    cluster: need(pass, 'cluster'),
  };
  const { set, paths, findings } = await services.renderer.render(request, signal);
  return goOn({ ...pass, set, paths, findings: [...driftPolicyFindings(object), ...findings] });
}
