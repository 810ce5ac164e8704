export { shared as default } from '../shared/next-config.mjs';
