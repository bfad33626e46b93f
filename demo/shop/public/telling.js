/** What all parts of the page share: who is there, what n8n was told, and how it is told. */
export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function details() {
  return { name: byId('name').value.trim(), email: byId('email').value.trim(), timezone };
}

export function hasEmail() {
  return byId('email').value.trim() !== '' && byId('email').checkValidity();
}

export function log(type, words, isWrong = false) {
  byId('log-empty').hidden = true;
  const now = new Date();
  byId('log').prepend(
    element(
      'li',
      isWrong ? { class: 'wrong' } : {},
      element('time', { datetime: now.toISOString() }, now.toLocaleTimeString()),
      element('code', {}, type),
      element('div', {}, words),
    ),
  );
}

export async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.problem);
  return answer;
}

/** One at a time, so that events arrive in the order of the clicks. */
let queue = Promise.resolve();
export function tell(path, type, body, words, done, failed) {
  queue = queue
    .then(() => post(path, body))
    .then((answer) => {
      log(type, words(answer));
      done?.(answer);
    })
    .catch((error) => {
      failed?.();
      log(type, error.message, true);
    });
  return queue;
}

/** What a visitor who has left an address does besides filling the cart. */
export function tellInterest(type, said, words) {
  if (!hasEmail()) return;
  const body = { type, ...said, contact: details(), hasConsent: byId('consent').checked };
  void tell('/api/interest', type, body, words);
}
