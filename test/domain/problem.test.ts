import { quote } from '../../src/domain/problem';

describe('a value in a message', () => {
  it.each([
    ['text', 'a@example.com', '"a@example.com"'],
    ['on one line', 'a\r\nb\tc', '"a b c"'],
    ['with what cannot be seen as its code', 'a\u200b@\u202eb\0', '"a\\u200b@\\u202eb\\u0000"'],
    ['with emoji as they are', '👩\u200d💻', '"👩\u200d💻"'],
    ['cut after 60 characters', 'x'.repeat(61), `"${'x'.repeat(57)}..."`],
    ['as JSON', { a: [1, null] }, '"{"a":[1,null]}"'],
    ['nothing where it is absent', undefined, 'nothing'],
  ])('is %s', (_, value, told) => {
    expect(quote(value)).toBe(told);
  });
});
