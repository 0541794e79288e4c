import { z } from 'zod';
import { quantity } from './quantity.ts';

const objectName = z
  .string()
  .default('')
  .describe('Name of the object, in the namespace of the pod. Example: `proxy-settings`.');
const mayBeAbsent = z.boolean().optional().describe('Whether a missing object or key is accepted.');

const valueFrom = z.object({
  configMapKeyRef: z
    .object({ key: z.string().describe('Key in the ConfigMap.'), name: objectName, optional: mayBeAbsent })
    .meta({ 'x-kubernetes-map-type': 'atomic' })
    .optional()
    .describe('A key of a ConfigMap.'),
  secretKeyRef: z
    .object({ key: z.string().describe('Key in the Secret.'), name: objectName, optional: mayBeAbsent })
    .meta({ 'x-kubernetes-map-type': 'atomic' })
    .optional()
    .describe('A key of a Secret.'),
  fieldRef: z
    .object({
      apiVersion: z
        .string()
        .optional()
        .describe('Version of the pod API that the path is written for; `v1`.'),
      fieldPath: z.string().describe('Field of the pod. Example: `metadata.name`.'),
    })
    .meta({ 'x-kubernetes-map-type': 'atomic' })
    .optional()
    .describe('A field of the pod itself.'),
  resourceFieldRef: z
    .object({
      containerName: z.string().optional().describe('Container of the pod; the same one by default.'),
      resource: z.string().describe('Example: `limits.cpu`.'),
      divisor: quantity.optional().describe('Unit of the value. Example: `1Mi`.'),
    })
    .meta({ 'x-kubernetes-map-type': 'atomic' })
    .optional()
    .describe('A resource request or limit of a container.'),
  fileKeyRef: z
    .object({
      volumeName: z.string().describe('Volume that holds the file.'),
      path: z.string().describe('Path of the file below the volume.'),
      key: z.string().describe('Key in the file.'),
      optional: z.boolean().default(false).describe('Whether a missing file or key is accepted.'),
    })
    .meta({ 'x-kubernetes-map-type': 'atomic' })
    .optional()
    .describe('A key of a file in the env-file format.'),
});

/** core/v1 EnvVar. */
export const envVar = z.object({
  name: z.string().describe('Name of the variable. Example: `GOGC`.'),
  value: z.string().optional().describe('Its value. Example: `"100"`.'),
  valueFrom: valueFrom.optional().describe('Where its value comes from, instead of `value`.'),
});
