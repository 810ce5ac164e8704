import { expect, password, test } from '#tests/e2e/fixtures.ts';
import { startCollector } from '#tests/support/collector.ts';
import { startServer } from '#tests/support/server.ts';

test('what the server does is traced where the standard variables say so, without what people sent', async ({
  email,
}) => {
  const collector = await startCollector();
  const server = await startServer({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: 'sign-in-of-ours',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=rehearsal',
  });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = { 'Content-Type': 'application/json', traceparent: `00-${traceId}-b7ad6b7169203331-01` };
  const body = JSON.stringify({ email, password });
  const registered = await fetch(`${server.url}/api/auth/register`, { method: 'POST', headers, body });
  const { access_token: token } = await registered.json();
  const cookies = registered.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');
  const authorization = { Authorization: `Bearer ${token}` };
  expect((await fetch(`${server.url}/api/me?search=gherkin`, { headers: authorization })).status).toBe(200);
  const page = await fetch(`${server.url}/account?search=gherkin`, { headers: { Cookie: cookies.join('; ') } });
  expect(page.status).toBe(200);
  // What is held back is sent before the process ends.
  await server.stop();
  collector.close();

  expect(new Set(collector.received.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
  const spans = collector.all();
  for (const told of ['sign-in-of-ours', 'rehearsal', 'POST /api/auth/register', 'GET /account', '/api/me'])
    expect(spans.includes(told), told).toBe(true);
  expect(spans.includes(Buffer.from(traceId, 'hex')), 'the trace that the caller began goes on').toBe(true);
  const secrets = [email, password, token, 'gherkin', ...cookies.map((cookie) => cookie.split('=')[1] ?? '')];
  for (const secret of secrets) expect(spans.includes(secret), 'nothing that was sent').toBe(false);
});
