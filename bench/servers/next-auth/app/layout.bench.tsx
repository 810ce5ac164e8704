export { default } from '../../../../app/layout.tsx';

export const dynamic = 'force-dynamic';
