/** What there is to read, and the search: what a visitor looks at is told, once an address is known. */
import { byId, element, tellInterest } from './telling.js';

function drawPage({ slug, title, about, text }) {
  const page = element('details', { id: `read-${slug}` });
  const download = element(
    'button',
    {
      'aria-label': `Download ${title}`,
      onclick: () => tellInterest('content_downloaded', { page: slug }, () => title),
    },
    'Download as a leaflet',
  );
  page.append(
    element('summary', {}, element('strong', {}, title), ' ', element('span', { class: 'quiet' }, about)),
  );
  page.append(element('p', {}, text), download);
  page.addEventListener('toggle', () => {
    if (page.open) tellInterest('page_viewed', { page: slug }, () => title);
  });
  return page;
}

export function drawReading(pages) {
  byId('pages').replaceChildren(...pages.map(drawPage));
  byId('search-form').addEventListener('submit', (event) => {
    event.preventDefault();
    search();
  });
  byId('search').addEventListener('input', () => {
    if (byId('search').value.trim() === '') show('');
  });
  byId('book').addEventListener('click', () => {
    tellInterest('consultation_booked', {}, () => 'Half an hour about tea');
  });
  byId('talk').addEventListener('click', () => {
    tellInterest('form_submitted', { form: 'talk' }, () => 'Call me about tea');
  });
  addEventListener('hashchange', openFromLink);
}

/** Opens the page that the address names, as the links of mails do. */
export function openFromLink() {
  const page = byId(`read-${location.hash.replace(/^#\/?/, '')}`);
  if (!page) return;
  page.open = true;
  page.scrollIntoView({ block: 'center' });
}

function search() {
  const query = byId('search').value.trim();
  show(query);
  if (query === '') return;
  tellInterest('searched', { query }, ({ event }) => {
    const { results } = event.properties;
    return `"${query}": ${results === 1 ? '1 product' : `${results} products`}`;
  });
}

/** Shows the products that have every word of the search, as the shop's server counts them. */
function show(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const tiles = [...byId('products').children];
  for (const tile of tiles) {
    tile.hidden = !words.every((word) => tile.dataset.text.includes(word));
  }
  byId('nothing-found').hidden = tiles.some(({ hidden }) => !hidden);
}
