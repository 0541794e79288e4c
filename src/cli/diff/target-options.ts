import { Option } from 'commander';
import { type AccessFlags, accessOptions } from '../hub/access-options.ts';
import { type HubFlags, hubOptions } from '../hub/hub-options.ts';
import { manifestOptions, operatorOptions, type RenderingFlags } from '../render/rendering-options.ts';

/** Where the clusters are that are compared, and what they would get. */
export interface TargetFlags extends RenderingFlags, HubFlags, AccessFlags {
  readonly providerFile?: string;
}

/** Those of TargetFlags, but for what a command compares. */
export function targetOptions(): readonly Option[] {
  return [
    new Option(
      '--provider-file <file>',
      'access provider file of the operator; without it only the hub can be compared',
    ),
    ...hubOptions(),
    ...manifestOptions(),
    ...operatorOptions(),
    ...accessOptions(),
  ];
}
