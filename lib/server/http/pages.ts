/** Answers to document navigations that come from a handler instead of a page component. */
import 'server-only';
import { privateNoStore } from '#lib/edge/respond.ts';

/** Redirects with 303 to a path of this app. */
export function seeOther(appUrl: string, path: string): Response {
  return new Response(null, { status: 303, headers: { Location: appUrl + path, ...privateNoStore } });
}

/**
 * Turns a failed answer with a `Retry-After` (429, 503) into a small page that reloads itself after that time; the user
 * is still signed in, so it never leads to the login page. Returns any other answer unchanged.
 */
export function retryPage(failed: Response): Response {
  const seconds = failed.headers.get('Retry-After');
  if (seconds === null) return failed;
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${Number(seconds)}"><title>One moment</title>
<h1>One moment</h1><p>We are busy just now. You are still signed in, and this page tries again by itself.</p></html>`;
  const headers = { ...privateNoStore, 'Content-Type': 'text/html; charset=utf-8', 'Retry-After': seconds };
  return new Response(html, { status: failed.status, headers });
}
