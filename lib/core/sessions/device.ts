import { reservedAgents } from '#lib/core/requester.ts';

/** Browsers by their user agents. The first match wins: most browsers also claim to be the ones they descend from. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\b(OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Headless)?Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^(node|undici)\b/i, 'A Node.js program'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];

export interface Device {
  name: string;
  isPhone: boolean;
}

/** Names a device by its `User-Agent` header, as in "Firefox on Windows". Leaves out what it would have to guess. */
export function deviceOf(userAgent: string | null): Device {
  const agent = userAgent ?? '';
  const reserved = reservedAgents.get(agent);
  if (reserved !== undefined) return { name: reserved, isPhone: false };
  const find = (names: typeof browsers) => names.find(([pattern]) => pattern.test(agent))?.[1];
  const browser = find(browsers);
  const system = find(systems);
  const isPhone = /\biPhone\b|\bAndroid\b.*\bMobile\b/.test(agent);
  if (browser && system) return { name: `${browser} on ${system}`, isPhone };
  return { name: browser ?? (system ? `A browser on ${system}` : 'An unknown device'), isPhone };
}
