/** Stands in for `next/headers`, which knows a request only while Next renders a page for it. */
let request = new Headers();

/** What Next hands to server components: the headers of the request that they are rendered for. */
export async function headers(): Promise<Headers> {
  return request;
}

/** Puts another request in its place. */
export function renderFor(given: Headers): void {
  request = given;
}
