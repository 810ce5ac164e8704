/** A real OpenID provider in this process, on another site than the app: it signs in whoever the test says, without asking. */
import { createServer, type Server } from 'node:http';
import Provider from 'oidc-provider';

export interface TestPerson {
  sub: string;
  email?: string;
  email_verified?: boolean | string;
  name?: string;
  hd?: string;
}

export interface TestProvider {
  issuer: string;
  /** Who is signed in there from now on. */
  person: TestPerson;
  /** True if whoever comes says no there. */
  isRefusing: boolean;
  /** Goes through the provider with its address, as a browser does. Returns the address that it leads back to. */
  visit(authorizationUrl: string): Promise<URL>;
  close(): Promise<void>;
}

export const client = { client_id: 'latchkey', client_secret: 'a secret of the tests only' };

/** Starts a provider for one app. */
export async function startProvider(
  redirectUris: string[],
  settings: { userInfoOnly?: boolean } = {},
): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  const issuer = `http://127.0.0.1:${address.port}`;
  const state: { person: TestPerson; isRefusing: boolean } = { person: { sub: 'ann' }, isRefusing: false };
  const [first] = redirectUris;
  const provider = new Provider(issuer, {
    clients: [
      {
        ...client,
        ...{ redirect_uris: redirectUris, response_types: ['code'], grant_types: ['authorization_code'] },
        // The first of the app's entries hears of a sign-out here.
        ...(first && {
          backchannel_logout_uri: first.replace(/callback$/, 'backchannel-logout'),
          backchannel_logout_session_required: true,
          post_logout_redirect_uris: [new URL('/login', first).href],
        }),
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'hd'], profile: ['name'] },
    conformIdTokenClaims: settings.userInfoOnly ?? false,
    pkce: { required: () => true },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: async () => ({ ...state.person, sub: id }),
    }),
    cookies: { keys: ['a key of the tests only'] },
    // Its own refuses addresses of this machine, where the app is.
    fetch: (url, options) => fetch(url, Object.assign({}, options, { dispatcher: undefined })),
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: async (context) => {
      // Two tabs at once share a grant: a session there knows one, and a code of another is refused.
      const known = await context.oidc.provider.Grant.find(context.oidc.session?.grantIdFor(client.client_id) ?? '');
      if (known) return known;
      const grant = new context.oidc.provider.Grant({
        clientId: client.client_id,
        accountId: context.oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const callback = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response);
    const login = { login: { accountId: state.person.sub } };
    await provider.interactionFinished(request, response, state.isRefusing ? { error: 'access_denied' } : login);
  });
  return {
    issuer,
    get person() {
      return state.person;
    },
    set person(person) {
      state.person = person;
    },
    get isRefusing() {
      return state.isRefusing;
    },
    set isRefusing(isRefusing) {
      state.isRefusing = isRefusing;
    },
    visit: (url) => follow(url, issuer),
    close: () => closed(server),
  };
}

/** Follows redirects with a jar of cookies, until one leads away from the provider. */
async function follow(start: string, issuer: string): Promise<URL> {
  const jar = new Map<string, string>();
  let url = new URL(start);
  for (let step = 0; step < 10; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url);
    if (url.origin !== issuer) return url;
  }
  throw new Error('The provider leads in circles.');
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
