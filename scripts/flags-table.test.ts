import { expect, it } from 'vitest';
import { flagsTable } from './flags-table.ts';

it('has a row a flag', () => {
  const flags = [
    { name: 'workers', value: 'N', default: '32', help: 'objects at a time' },
    { name: 'kubeconfig', value: 'FILE', env: 'KUBECONFIG', help: 'of the hub' },
    { name: 'disable-ha', help: 'this | that' },
  ];
  expect(flagsTable(flags).split('\n')).toEqual([
    '| flag | default | variable | meaning |',
    '| --- | --- | --- | --- |',
    '| `--workers=N` | `32` |  | objects at a time |',
    '| `--kubeconfig=FILE` |  | `KUBECONFIG` | of the hub |',
    '| `--disable-ha` |  |  | this \\| that |',
  ]);
});
