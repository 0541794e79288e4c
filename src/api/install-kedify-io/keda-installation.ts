import { z } from 'zod';

/** What the installation of one part says; all of it is Kedify's to act on. */
function helm(part: string) {
  return z
    .object({
      enabled: z.boolean().optional().describe('Whether its chart is installed.'),
      chartVersion: z.string().optional().describe('Version of the chart. Example: `2.19.0`.'),
      appVersion: z.string().optional().describe('Version of its images. Example: `2.19.0`.'),
      values: z.string().optional().describe('Values of the chart, as YAML in a text.'),
      autoUpdate: z
        .enum(['LatestReleased', 'BuildsOnly', 'PatchesOnly', 'Disabled'])
        .optional()
        .describe('Which new releases are taken by themselves.'),
    })
    .optional()
    .describe(`How ${part} is installed.`);
}

function report(about: string) {
  return z
    .object({
      disabled: z.boolean().optional().describe('Reports nothing.'),
      interval: z.int32().optional().describe('Time between two reports.'),
    })
    .optional()
    .describe(`Reports about ${about}.`);
}

export const kedaInstallation = z.object({
  name: z.string().optional().describe('What people call the installation.'),
  namespace: z.string().optional().describe('Where KEDA is installed.'),
  mode: z
    .enum(['Managed', 'InstallOnly', 'Adopt', 'Auto', 'Disabled', 'Helm'])
    .describe('Who looks after the installation.'),
  agentAutoUpdate: z.boolean().describe('Whether the agent updates itself.'),
  kedaHelm: helm('KEDA'),
  httpAddonHelm: helm('the HTTP add-on'),
  otelAddonHelm: helm('the OpenTelemetry add-on'),
  predictorAddonHelm: helm('the predictor add-on'),
  multitenancy: z
    .object({
      multitenancyConfigRef: z.string().optional().describe('Name of the Secret with the connections.'),
    })
    .optional()
    .describe('Several installations behind one metrics API.'),
  telemetry: z
    .object({
      controlPlane: report('the control plane'),
      kedaResources: report('objects of KEDA'),
      kubernetesResources: report('objects of Kubernetes'),
    })
    .optional()
    .describe('What is reported, and how often.'),
});
