import { decodeEntities } from '../../../src/domain/shop/html-entities';

describe('decodeEntities', () => {
  it.each([
    ['Tea &amp; cake', 'Tea & cake'],
    ['5&#8211;6 &#x2026;', '5–6 …'],
    ['&amp;lt;', '&lt;'],
    ['&unknown; &#0; &#55296; &#99999999; R&D', '&unknown; &#0; &#55296; &#99999999; R&D'],
  ])('%s', (text, decoded) => {
    expect(decodeEntities(text)).toBe(decoded);
  });
});
