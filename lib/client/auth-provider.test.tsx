import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ada } from '#lib/client/testing/fake-server.ts';
import { AuthProvider, useAuth } from './auth-provider.tsx';

function Shown() {
  const { status, user } = useAuth();
  return `${status} ${user?.name}`;
}

test.each([
  ['the person it was rendered for', ada, 'signed-in Ada'],
  ['that it is loading', null, 'loading undefined'],
])('a page rendered on the server shows %s', (_name, user, expected) => {
  const page = (
    <AuthProvider user={user} refreshAbortSeconds={8}>
      <Shown />
    </AuthProvider>
  );
  expect(renderToString(page)).toBe(expected);
});

test('useAuth outside a provider says what is missing', () => {
  expect(() => renderToString(<Shown />)).toThrow('<AuthProvider>');
});
