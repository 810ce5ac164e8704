/** A site of somebody else, with pages that send people's browsers against an app. It answers under any name. */
import { createServer } from 'node:http';

export interface ForeignSite {
  port: number;
  stop(): Promise<void>;
}

/** Pages: `/form` sends a form by itself, `/sandbox` does so from within a sandboxed frame, `/frame` shows an address in one. */
export async function startForeignSite(port: number): Promise<ForeignSite> {
  const server = createServer((incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://foreign.invalid');
    const attribute = (name: string) =>
      (searchParams.get(name) ?? '').replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    outgoing.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (pathname === '/form') {
      const fields = [...new URLSearchParams(searchParams.get('fields') ?? '')].map(
        ([name, value]) => `<input name="${name.replaceAll('"', '&quot;')}" value="${value}">`,
      );
      outgoing.end(`<form method="post" action="${attribute('to')}" enctype="${attribute('enctype')}">
${fields.join('\n')}</form><script>document.forms[0].submit()</script>`);
    } else if (pathname === '/sandbox') {
      outgoing.end(`<iframe sandbox="allow-forms allow-scripts" src="${attribute('src')}"></iframe>`);
    } else if (pathname === '/frame') {
      outgoing.end(`<iframe src="${attribute('src')}"></iframe>`);
    } else {
      outgoing.end('<title>A foreign page</title>');
    }
  });
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
