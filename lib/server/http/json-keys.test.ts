import { expect, test } from 'vitest';
import { problemInJsonKeys } from './json-keys.ts';

test.each(['{}', '[]', '"a:b"', '{"a":1,"b":{"a":2}}', '[{"a":1},{"a":2}]', '{"a":"{\\"a\\":1}","b":[]}', '{"a":":"}'])(
  '%s is fine',
  (text) => {
    expect(problemInJsonKeys(text)).toBeNull();
  },
);

test.each(['{"a":1,"a":2}', '{"b":{"a":1,"a":2}}', '{"a":1,"\\u0061":2}', '[{"a":[1,{"x":1}],"a":2}]'])(
  '%s has a key twice',
  (text) => {
    expect(problemInJsonKeys(text)).toBe('A key comes twice.');
  },
);

test('a prototype is refused, however it is written', () => {
  expect(problemInJsonKeys('{"__proto__":1}')).not.toBeNull();
  expect(problemInJsonKeys('{"a":{"\\u005f_proto__":{}}}')).not.toBeNull();
});
