// oxlint-disable-next-line import/no-unassigned-import -- must run before the library is loaded
import 'reflect-metadata';

export * from '@peculiar/x509';
