import { expect, test } from '#tests/e2e/fixtures.ts';
import { HttpClient } from '#tests/support/http-client.ts';

test('a form with a password in it cannot be sent before its page’s scripts run, and by no means in the address', async ({
  server,
  client,
}) => {
  const anyone = new HttpClient(server.port);
  const anyones = ['/login', '/register', '/reset'];
  const read = async (path: string, whose: HttpClient) => {
    const { status, body } = await whose.visit(path);
    expect([path, status]).toEqual([path, 200]);
    const forms = [...body.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].filter(([form]) =>
      form.includes('password'),
    );
    expect(forms.length, path).toBe(1);
    for (const [, attributes = '', inside = ''] of forms) {
      expect(attributes, path).toContain('method="post"');
      const submits = inside.match(/<button\b[^>]*type="submit"[^>]*>/g) ?? [];
      expect(submits.length, path).toBe(1);
      for (const submit of submits) expect(submit, path).toContain('disabled=""');
      const fields = inside.match(/<input\b[^>]*name="\w*password"[^>]*>/g) ?? [];
      expect(fields.length, path).toBeGreaterThan(0);
      for (const field of fields) {
        expect(field, path).toContain('type="password"');
        expect(field, path).toMatch(/autoComplete="(current|new)-password"/);
      }
    }
  };
  for (const path of anyones) await read(path, anyone);
  await read('/account/security', client);
});
