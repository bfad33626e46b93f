import { messagesOf } from './journey-timeline';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(180_000);

describe('Channel Fallback in the engine', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('channel-fallback');
  });
  const messages = (title: string) => messagesOf(cases.played(title));

  it('goes to the next channel at once where one fails, and after an hour without an answer', () => {
    expect(
      messages('goes to the next channel at once where one fails, and after an hour without an answer'),
    ).toEqual([
      '2026-03-02 12:00 +442079460959 Text (sms)',
      '2026-03-02 12:00 ann Mail',
      '2026-03-02 13:00 +442079460958 Text (sms)',
    ]);
  });

  it('sends nothing more to who has answered', () => {
    expect(messages('stops at an answer')).toEqual(['2026-03-02 12:00 ann Mail']);
  });

  it('holds a message over the night, by the clock of the contact, and judges it anew in the morning', () => {
    const title = 'holds over the night in which clocks change';
    expect(messages(title)).toEqual([
      '2026-03-08 08:00 ann Mail',
      '2026-03-08 09:00 +442079460958 Text (sms)',
    ]);
    const [mail] = pick(cases.played(title).timeline, 'sent', 'text', 'at');
    expect(mail?.at).toBe('2026-03-08T12:00:00Z');
    expect(JSON.parse(String(mail?.text))).toMatchObject({ outcome: 'claimed', channel: 'email' });
  });
});
