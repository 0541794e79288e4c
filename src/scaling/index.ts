export { apportion } from './apportion/apportion.ts';
