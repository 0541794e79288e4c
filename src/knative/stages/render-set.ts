import { referenceTo } from '../../controller/index.ts';
import { goOn, need, type Pass, type StageResult } from '../pass.ts';

/** What must be on the cluster: manifests of the wanted version, transformed as the spec says. */
export async function renderSet(pass: Pass): Promise<StageResult> {
  const { component, installation, services, signal, object } = pass;
  const request = {
    component,
    installation,
    version: need(pass, 'version'),
    namespace: need(pass, 'namespace'),
    cluster: need(pass, 'cluster'),
  };
  const { set, paths, findings } = await services.renderer.render(request, signal);
  for (const { reason, field, message } of findings) {
    services.events.record({
      regarding: referenceTo(object),
      reason,
      action: 'Deliver',
      note: `${field}: ${message}`,
    });
  }
  return goOn({ ...pass, set, status: { ...pass.status, manifests: paths } });
}
