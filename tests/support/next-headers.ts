/** Stands in for `next/headers`, which knows a request only while Next renders a page for it. */
let request = new Headers();

/** Answers what Next hands to server components: the headers of the request that they are rendered for. */
export async function headers(): Promise<Headers> {
  return request;
}

/** Makes these the headers of the request that server components are rendered for. */
export function renderFor(given: Headers): void {
  request = given;
}
