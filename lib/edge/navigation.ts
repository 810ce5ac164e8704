/** Names the headers by which browsers say that they fetch ahead, from the newest to those of Safari and old Firefox. */
const aheadHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/**
 * Decides whether the browser is loading a document that a person will see: no other GET may use a refresh token.
 * navigation.test.ts lists what browsers send for each kind of request.
 */
export function isDocumentNavigation(headers: Headers): boolean {
  if (aheadHeaders.some((name) => headers.has(name))) return false;
  const acceptsPage = (headers.get('accept') ?? '').includes('text/html');
  const mode = headers.get('sec-fetch-mode');
  const destination = headers.get('sec-fetch-dest');
  switch (destination) {
    case 'document':
      return true;
    // A navigation that a service worker passes on has lost its destination, and in Firefox its mode too. It still asks
    // for a page: a download, which looks like it otherwise, does not.
    case 'empty':
      return acceptsPage && (mode === 'navigate' || mode === 'same-origin');
    case null:
      return acceptsPage && (mode === 'navigate' || (mode === null && !headers.has('sec-fetch-site')));
    // A frame, or a part of a page.
    default:
      return false;
  }
}
