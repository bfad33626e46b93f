import { messagesOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(180_000);

describe('Journey in the engine', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('journey');
  });
  const messages = (title: string) => messagesOf(cases.played(title));
  const texts = (title: string, subject: string) =>
    pick(cases.played(title).timeline, 'sent', 'subject', 'text')
      .filter((mail) => String(mail.subject).trim() === subject)
      .map(({ text }) => JSON.parse(String(text)) as { journey: object; leftBy?: object });

  it('lets go at once of who reaches the goal, in the middle of a wait, and tells who listens', () => {
    const title = 'lets go at once of who reaches the goal, in the middle of a wait';
    expect(messages(title)).toEqual([
      '2026-03-02T09:00:00Z ana First',
      '2026-03-02T09:00:00Z bor First',
      '2026-03-04T09:00:00Z ana Goal',
      '2026-03-04T09:00:00Z ana Stopped',
      '2026-03-09T09:00:00Z bor Second',
    ]);
    expect(texts(title, 'First')[0]?.journey).toMatchObject({
      name: 'welcome',
      enrolmentId: 1,
      entry: 'entered',
    });
    expect(texts(title, 'Stopped')[0]?.leftBy).toEqual({
      journey: 'welcome',
      outcome: 'completed',
      reason: 'goal reached',
    });
  });

  it('ends a stay at its own moment', () => {
    const title = 'ends a stay at its own moment';
    expect(messages(title)).toEqual(['2026-03-02T09:00:00Z ana First', '2026-03-05T09:00:00Z ana Stopped']);
    expect(texts(title, 'Stopped')[0]?.leftBy).toMatchObject({ outcome: 'left', reason: 'longest stay' });
  });

  it('lets in again who has left, and not before', () => {
    expect(messages('lets in once, or again')).toEqual([
      '2026-03-02T09:00:00Z ana First',
      '2026-03-03T09:00:00Z ana Not In',
      '2026-03-09T09:00:00Z ana Second',
      '2026-03-12T09:00:00Z ana First',
      '2026-03-19T09:00:00Z ana Second',
    ]);
  });

  it('goes on after a restart', () => {
    expect(messages('goes on after a restart')).toEqual([
      '2026-03-02T09:00:00Z ana First',
      '2026-03-02T09:00:00Z bor First',
      '2026-03-03T09:00:00Z ana Goal',
      '2026-03-03T09:00:00Z ana Stopped',
      '2026-03-09T09:00:00Z bor Second',
    ]);
  });
});
