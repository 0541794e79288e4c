export { crdFile, type CrdFile } from './crd-file.ts';
export { customResourceDefinition } from './custom-resource-definition.ts';
export type { KindDefinition, PrinterColumn, ValidationRule } from './definition.ts';
export { folderWithoutKeda, kindsWithoutKeda, servedKinds } from './served-kinds.ts';
export type { StructuralSchema } from './structural-schema.ts';
export { withoutNulls } from './without-nulls.ts';
