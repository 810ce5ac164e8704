export { default, generateViewport, metadata } from '../../../../app/layout.tsx';

export const dynamic = 'force-dynamic';
