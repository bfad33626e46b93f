/** Turns what visitors do besides filling a cart into the events that the templates share: reading, searching, answering. */
import { PRODUCTS } from './catalogue.mts';
import { contactOf, consentOf, problemOfVisitor, type IntakeBody, type Visitor } from './events.mts';
import { PAGES, urlOf } from './reading.mts';

type Said = Readonly<Record<string, unknown>>;
type Understood = { type: string; properties: Record<string, unknown> } | { problem: string };

/** The form that asks for a call. */
export const TALK_FORM = 'talk';

const LONGEST_TEXT = 2_000;

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= LONGEST_TEXT;

const pageOf = ({ page }: Said) => PAGES.find(({ slug }) => slug === page);

/** How many products a search finds: those with every word of it in their name, kind or description. */
export function resultsOf(query: string): number {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return PRODUCTS.filter(({ name, category, description }) => {
    const text = `${name} ${category} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  }).length;
}

const KINDS: Readonly<Record<string, (said: Said, shopUrl: string) => Understood>> = {
  page_viewed(said, shopUrl) {
    const page = pageOf(said);
    if (!page) return { problem: `There is no page "${String(said.page)}".` };
    const { title, topic, stage } = page;
    return {
      type: 'page_viewed',
      properties: { url: urlOf(shopUrl, page), title, ...(topic && { topic }), stage },
    };
  },
  content_downloaded(said) {
    const page = pageOf(said);
    if (!page) return { problem: `There is no page "${String(said.page)}".` };
    const { title, topic, stage } = page;
    return { type: 'content_downloaded', properties: { title, ...(topic && { topic }), stage } };
  },
  consultation_booked() {
    return { type: 'consultation_booked', properties: { topic: 'tea' } };
  },
  form_submitted({ form }) {
    if (form !== TALK_FORM) return { problem: `There is no form "${String(form)}".` };
    return { type: 'form_submitted', properties: { form: TALK_FORM, topic: 'tea' } };
  },
  searched({ query }) {
    if (!isText(query) || query.trim() === '') return { problem: 'query must be text.' };
    return { type: 'searched', properties: { query: query.trim(), results: resultsOf(query) } };
  },
  survey_answered({ survey, score, reason, comment, order }) {
    if (!isText(survey) || survey === '') return { problem: 'survey must be its name.' };
    if (typeof score !== 'number' || !Number.isInteger(score) || score < 0 || score > 10)
      return { problem: 'score must be a whole number from 0 to 10.' };
    const texts = Object.entries({ reason, comment, orderId: order }).filter(
      ([, text]) => isText(text) && text !== '',
    );
    return {
      type: 'survey_answered',
      properties: { survey, score, channel: 'web', ...Object.fromEntries(texts) },
    };
  },
};

/** Whom an answer comes from: the link of the survey's mail names an e-mail address or a number of the shop. */
function respondentOf({ respondent }: Said): Record<string, unknown> | { problem: string } {
  if (!isText(respondent) || respondent === '') return { problem: 'The link says nothing of who answers.' };
  return respondent.includes('@') ? { email: respondent } : { externalId: respondent };
}

/** The body for the intake of what was said, or what is wrong with it in words for its sender. */
export function interestOf(said: unknown, shopUrl: string): IntakeBody | { problem: string } {
  if (typeof said !== 'object' || said === null) return { problem: 'The body must be a JSON object.' };
  const { type, ...rest } = said as Said;
  const kind = typeof type === 'string' && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  const event = kind?.(rest, shopUrl) ?? { problem: `"${String(type)}" is nothing that is told here.` };
  if ('problem' in event) return event;
  if (event.type === 'survey_answered') {
    const contact = respondentOf(rest);
    return 'problem' in contact ? { problem: String(contact.problem) } : { contact, event };
  }
  const problem = problemOfVisitor(rest);
  if (problem !== undefined) return { problem };
  const visitor = rest as unknown as Visitor;
  return { contact: contactOf(visitor), event, ...consentOf(visitor) };
}
