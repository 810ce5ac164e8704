export { default } from '../../../../../app/(protected)/not-found.tsx';
