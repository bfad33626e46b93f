import type { Simulation } from '../../../simulator/simulate.mts';
import { happens, type Person } from './abandoned-carts-people.mts';
import { did } from './interest-stories.mts';
import { ask } from './record-events-intake.mts';
import { node, workflow } from './workflow-parts.mts';

/** A person who looks at the totals of the survey. */
export const TOTALS = workflow(
  'Get Totals',
  [
    node('Begin', 'manualTrigger'),
    node('Ask', 'n8n-nodes-marketing-automation.contactStore', {
      resource: 'survey',
      operation: 'getTotals',
      survey: { __rl: true, mode: 'name', value: 'nps' },
    }),
  ],
  [['Begin', 'Ask']],
);

/** What contacts answered, by name, and the totals of the survey after that. */
export interface Answered {
  answers: Record<string, unknown>;
  totals: Record<string, unknown>;
}

/**
 * People answer as the survey page posts it, and as people write it; one changes her mind, one answers another survey,
 * and one says what is no answer. Gives what is told of each, and the totals.
 */
export async function answerInAllWays(
  sim: Simulation,
  [ana, bor, cene, dana, ema, fran]: readonly [Person, Person, Person, Person, Person, Person],
): Promise<Answered> {
  const answers = (who: Person, score: unknown, more: object = {}) =>
    did(who, 'survey_answered', { survey: 'nps', score, channel: 'email', ...more });
  const thanks = { ...answers(ana, 9, { comment: 'Great tea', reason: 'quality' }) };
  const once = { ...thanks, event: { ...thanks.event, key: 'answer-1' } };
  await happens(sim, once, once, answers(bor, '8/10 – fine'), answers(cene, 3), answers(fran, 10));
  await happens(sim, answers(dana, 11), answers(ema, 2, { survey: 'website' }));
  await sim.advanceBy({ minutes: 1 });
  await happens(sim, answers(fran, 4, { comment: 'It broke' }));
  await sim.advanceBy({ minutes: 1 });
  const contacts = (await ask(sim, 'List Contacts')).map(({ contact }) => contact) as Array<{
    email: string;
    properties: Record<string, unknown>;
  }>;
  const [totals = {}] = await ask(sim, 'Get Totals');
  return {
    answers: Object.fromEntries(
      contacts.map(({ email, properties: { npsAnswer, npsUnreadable } }) => [
        email.split('@')[0],
        npsAnswer ?? npsUnreadable ?? null,
      ]),
    ),
    totals,
  };
}
