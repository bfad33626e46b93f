/** The survey's page: the link of a mail chooses a number, only the button answers. */
import { byId, element, post } from './telling.js';

const link = new URLSearchParams(location.search);
const scores = Array.from({ length: 11 }, (_, score) => {
  const choice = element('input', { type: 'radio', name: 'score', value: String(score), required: '' });
  choice.checked = link.get('score') === String(score);
  return element('label', {}, choice, String(score));
});
byId('scores').append(...scores);

async function answer(event) {
  event.preventDefault();
  const score = Number(byId('survey').elements.score.value);
  const said = {
    type: 'survey_answered',
    survey: link.get('survey') ?? 'nps',
    respondent: link.get('contact') ?? '',
    order: link.get('order') ?? '',
    score,
    reason: byId('reason').value,
    comment: byId('comment').value.trim(),
  };
  try {
    await post('/api/interest', said);
    byId('outcome').textContent = 'Thank you. Answer again, and the new answer counts.';
  } catch (error) {
    byId('outcome').textContent = error.message;
  }
}

byId('survey').addEventListener('submit', (event) => void answer(event));
document.body.dataset.ready = 'true';
