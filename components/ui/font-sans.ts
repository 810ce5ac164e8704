import localFont from 'next/font/local';

/**
 * The typeface of every page. A page whose first paint it misses keeps the system's, so that nothing moves under a reader:
 * it is there from the next page on.
 */
export const fontSans = localFont({
  src: '../../node_modules/geist/dist/fonts/geist-sans/Geist-Variable.woff2',
  variable: '--font-geist-sans',
  weight: '100 900',
  display: 'optional',
});
