/** Answers the app's page, which asks this once it runs, in a way that keeps it from doing anything more. */
export function GET(): Response {
  return new Response(null, { status: 503, headers: { 'Retry-After': '300' } });
}
