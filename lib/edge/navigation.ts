/**
 * Decides whether the browser is loading a document that a person will see: no other GET may use a refresh token. A
 * prefetch is recognized by `Sec-Purpose` (speculation rules) or `Purpose`: its destination may be a document as well.
 */
export function isDocumentNavigation(headers: Headers): boolean {
  if (headers.has('sec-purpose') || headers.get('purpose') === 'prefetch') return false;
  const destination = headers.get('sec-fetch-dest');
  if (destination !== null) return destination === 'document';
  const hasFetchMetadata = headers.has('sec-fetch-mode') || headers.has('sec-fetch-site');
  return !hasFetchMetadata && (headers.get('accept') ?? '').includes('text/html');
}
