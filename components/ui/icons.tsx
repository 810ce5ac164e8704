/** For every kind of page. */
import { icon } from '#components/ui/icon.tsx';

export const ArrowLeft = icon('M20 12H4M10 6l-6 6 6 6');
export const Check = icon('M4 13l5 5L20 7');
export const ChevronDown = icon('M5 9l7 7 7-7');
export const ChevronLeft = icon('M15 5l-7 7 7 7');
export const ChevronRight = icon('M9 5l7 7-7 7');
export const CircleAlert = icon('M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18ZM12 7.5v5.5M12 16.5v.01');
export const Copy = icon('M9 9h11v11H9ZM15 9V4H4v11h5');
export const Eye = icon(
  'M2 12c2.5-4.5 6-7 10-7s7.5 2.5 10 7c-2.5 4.5-6 7-10 7s-7.5-2.5-10-7ZM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6Z',
);
export const EyeOff = icon('M2 12c2.5-4.5 6-7 10-7s7.5 2.5 10 7c-2.5 4.5-6 7-10 7s-7.5-2.5-10-7ZM4 20L20 4');
export const Monitor = icon('M3 4h18v12H3ZM12 16v4M8 20h8');
export const Moon = icon('M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z');
export const Sun = icon(
  'M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8ZM12 1.5v3M12 19.5v3M1.5 12h3M19.5 12h3M4.5 4.5l2 2M17.5 17.5l2 2M4.5 19.5l2-2M17.5 6.5l2-2',
);
export const X = icon('M5 5l14 14M19 5L5 19');
