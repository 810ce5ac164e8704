import localFont from 'next/font/local';

/** The typeface of tokens and code, for the pages that show much of it. Optional as font-sans.ts is. */
export const fontMono = localFont({
  src: '../../node_modules/geist/dist/fonts/geist-mono/GeistMono-Variable.woff2',
  variable: '--font-geist-mono',
  weight: '100 900',
  display: 'optional',
  adjustFontFallback: false,
  fallback: ['ui-monospace', 'monospace'],
});
