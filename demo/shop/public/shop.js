/** The shop page: a cart in the browser, and each step of it told to the shop's server in order. */
import { drawReading, openFromLink } from './reading.js';
import { byId, details, element, hasEmail, log, tell } from './telling.js';

const SHAPES = {
  pouch: 'M30 12h40l4 10v62a8 8 0 0 1-8 8H34a8 8 0 0 1-8-8V22z M26 24h48v4H26z',
  tin: 'M34 14h32v8H34z M26 24h48a4 4 0 0 1 4 4v58a6 6 0 0 1-6 6H28a6 6 0 0 1-6-6V28a4 4 0 0 1 4-4z',
  pot: 'M46 18a6 6 0 1 1 8 0v6H46z M28 34q22-18 44 0l4 4q16-4 20 6 0 14-18 26-4 14-14 20H36Q18 80 16 58L2 40l6-4 16 8z',
  cup: 'M14 34h56v8h8a14 14 0 0 1 0 28h-9Q64 88 42 88 14 88 14 52z M70 50v12h8a6 6 0 0 0 0-12z',
};

const shop = await (await fetch('/api/shop')).json();
const money = new Intl.NumberFormat(undefined, { style: 'currency', currency: shop.currency });
const newCartId = () => `cart-${crypto.randomUUID().slice(0, 13)}`;

const saved = JSON.parse(localStorage.getItem('visit') ?? '{}');
const visit = { cartId: saved.cartId ?? newCartId(), lines: saved.lines ?? [] };
let told = saved.told ?? '';
let countdown;

function keep() {
  const { name, email } = details();
  localStorage.setItem(
    'visit',
    JSON.stringify({ ...visit, name, email, hasConsent: byId('consent').checked, told }),
  );
}

const productOf = (sku) => shop.products.find((product) => product.sku === sku);

function setQuantity(sku, quantity) {
  const line = visit.lines.find((candidate) => candidate.sku === sku);
  if (quantity <= 0) visit.lines = visit.lines.filter((candidate) => candidate.sku !== sku);
  else if (line) line.quantity = Math.min(quantity, 20);
  else visit.lines.push({ sku, quantity });
  draw();
  tellCart();
}

const quantityOf = (sku) => visit.lines.find((line) => line.sku === sku)?.quantity ?? 0;

function drawProducts() {
  const tiles = shop.products.map((product) => {
    const { sku, name, category, description, price, shape, colour } = product;
    const tile = element('li', { class: 'product', style: `--product: ${colour}` });
    tile.dataset.text = `${name} ${category} ${description}`.toLowerCase();
    const picture = element('div', { class: 'picture' });
    picture.innerHTML = `<svg viewBox="0 0 100 100" aria-hidden="true"><path fill-rule="evenodd" d="${SHAPES[shape]}"/></svg>`;
    const add = element(
      'button',
      {
        'data-sku': sku,
        'aria-label': `Add ${name} to the cart`,
        onclick: () => setQuantity(sku, quantityOf(sku) + 1),
      },
      'Add to cart',
    );
    const row = element('div', { class: 'price-row' }, element('strong', {}, money.format(price)), add);
    tile.append(
      picture,
      element('div', { class: 'about' }, element('h3', {}, name), element('p', {}, description), row),
    );
    return tile;
  });
  byId('products').replaceChildren(...tiles);
}

function drawLine({ sku, quantity }) {
  const { name, price } = productOf(sku);
  const step = (sign, word, by) =>
    element(
      'button',
      { 'aria-label': `${word} of ${name}`, onclick: () => setQuantity(sku, quantity + by) },
      sign,
    );
  return element(
    'li',
    { 'data-sku': sku },
    element('span', {}, name),
    element('span', { class: 'line-price' }, money.format(price * quantity)),
    element(
      'span',
      { class: 'stepper' },
      step('−', 'One less', -1),
      element('output', {}, String(quantity)),
      step('+', 'One more', 1),
    ),
    element(
      'button',
      { class: 'remove', 'aria-label': `Remove ${name}`, onclick: () => setQuantity(sku, 0) },
      'Remove',
    ),
  );
}

function draw() {
  const { lines } = visit;
  byId('cart').replaceChildren(...lines.map(drawLine));
  byId('cart-empty').hidden = lines.length > 0;
  byId('total').hidden = lines.length === 0;
  byId('total-value').textContent = money.format(
    lines.reduce((sum, { sku, quantity }) => sum + productOf(sku).price * quantity, 0),
  );
  byId('buy').disabled = lines.length === 0 || !hasEmail();
  const asksForEmail = lines.length > 0 && !hasEmail();
  byId('email').setAttribute('aria-invalid', String(asksForEmail));
  if (asksForEmail) hint(ASK_FOR_EMAIL);
  else if (byId('hint').textContent === ASK_FOR_EMAIL) hint('');
}

const ASK_FOR_EMAIL = 'Enter your e-mail address, so that the shop knows whose cart this is.';

function hint(text) {
  byId('hint').textContent = text;
}

function stopCountdown() {
  clearInterval(countdown);
  countdown = undefined;
}

/** From the last change on: buying or emptying the cart ends it, another change starts it again. */
function startCountdown() {
  stopCountdown();
  if (!byId('consent').checked) {
    hint('Without your consent n8n keeps the cart in mind, but sends no mail.');
    return;
  }
  const dueAt = Date.now() + shop.reminderSeconds * 1000;
  const tick = () => {
    const left = Math.ceil((dueAt - Date.now()) / 1000);
    if (left > 0) hint(`Leave it at that, and a mail comes in about ${left} s. Buy, and none does.`);
    else {
      stopCountdown();
      byId('hint').replaceChildren(
        'The mail is on its way: ',
        element('a', { href: shop.inboxUrl, target: '_blank', rel: 'noopener' }, 'open the inbox'),
        '.',
      );
    }
  };
  countdown = setInterval(tick, 500);
  tick();
}

const message = () => structuredClone({ ...visit, contact: details(), hasConsent: byId('consent').checked });

function tellCart() {
  keep();
  if (!hasEmail()) return;
  const body = message();
  const said = JSON.stringify(body);
  // An empty cart that nobody heard of, or the same thing again, is no news.
  if (said === told || (body.lines.length === 0 && told === '')) return;
  told = said;
  keep();
  const pieces = body.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const words = () =>
    pieces === 0
      ? 'The cart is empty.'
      : `${pieces} ${pieces === 1 ? 'piece' : 'pieces'}, ${byId('total-value').textContent}`;
  tell(
    '/api/cart',
    'cart_updated',
    body,
    words,
    () => {
      if (pieces > 0) startCountdown();
      else {
        stopCountdown();
        hint('');
      }
    },
    forget,
  );
}

const forget = () => {
  told = '';
};

function buy() {
  const body = { ...message(), code: byId('code').value.trim() };
  stopCountdown();
  byId('buy').disabled = true;
  hint('');
  tell(
    '/api/order',
    'order_placed',
    body,
    ({ orderId, event }) => `Order ${orderId}, ${money.format(event.properties.value)}`,
    ({ orderId, events }) => {
      for (const { type, properties } of events.slice(1)) log(type, properties.code);
      // The answer about a cart that was changed just before may have started it again.
      stopCountdown();
      byId('code').value = '';
      visit.cartId = newCartId();
      visit.lines = [];
      told = '';
      keep();
      draw();
      hint(`Thank you! Order ${orderId} is placed; no mail will ask after this cart.`);
    },
    forget,
  ).then(draw);
}

/** The link of a mail that reminds of something which runs out: the product goes into the cart, nothing is bought. */
function reorderFromLink() {
  if (location.pathname !== '/reorder') return;
  const link = new URLSearchParams(location.search);
  history.replaceState(null, '', '/');
  const sku = link.get('sku');
  if (productOf(sku)) setQuantity(sku, Math.max(1, Math.trunc(Number(link.get('quantity'))) || 1));
}

async function restoreFromLink() {
  const cartId = new URLSearchParams(location.search).get('cart');
  if (!cartId) return;
  history.replaceState(null, '', '/');
  const { lines } = await (await fetch(`/api/carts/${encodeURIComponent(cartId)}`)).json();
  if (lines.length === 0) return;
  visit.cartId = cartId;
  visit.lines = lines;
  told = JSON.stringify(message());
  keep();
}

byId('shop-name').textContent = shop.shopName;
byId('inbox-link').href = shop.inboxUrl;
byId('editor-link').href = shop.editorUrl;
byId('name').value = saved.name ?? '';
byId('email').value = saved.email ?? '';
byId('consent').checked = saved.hasConsent ?? false;
for (const id of ['name', 'email', 'consent']) byId(id).addEventListener('change', tellCart);
byId('email').addEventListener('input', draw);
byId('buy').addEventListener('click', buy);
await restoreFromLink();
drawProducts();
drawReading(shop.pages);
draw();
reorderFromLink();
openFromLink();
document.body.dataset.ready = 'true';
