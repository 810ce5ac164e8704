'use client';

export { default } from '../../../../../app/(protected)/error.tsx';
