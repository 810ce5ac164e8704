/** The app's page asks this once it is there. An answer that never ends, so that the page does nothing more. */
export function GET(): Response {
  return new Response(null, { status: 503, headers: { 'Retry-After': '300' } });
}
