import { Option } from 'commander';

export function providerFileOption(): Option {
  return new Option(
    '--provider-file <file>',
    'access provider file of the operator; without it only the hub can be compared',
  );
}
