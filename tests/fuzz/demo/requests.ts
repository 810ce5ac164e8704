import { call, type Good } from '#tests/fuzz/request.ts';

export const demoRequests: Good[] = [
  call('GET demo', () => '/api/demo/session'),
  call('POST demo', () => '/api/demo/sessions'),
  call('POST demo refresh', ({ facts }) => `/api/demo/sessions/${facts.throwAwayId}/refresh`, {
    body: { generation: 0 },
  }),
  call('POST demo use', ({ facts }) => `/api/demo/sessions/${facts.throwAwayId}/use`),
];
