const answer = (band: string, score: number, more: object = {}) => ({
  ...{ band, score, comment: null, reason: null, period: '2026-Q1', at: '2026-03-02T09:00:00.000Z' },
  ...more,
});

/** What comes of the answers of `scenarios/nps-answers.mts` in a template that reads them, with the totals after that. */
export const ANSWERS_OF_ALL_KINDS = {
  answers: {
    ana: answer('promoter', 9, { comment: 'Great tea', reason: 'quality' }),
    bor: answer('passive', 8, { comment: 'fine' }),
    cene: answer('detractor', 3),
    // She thought better of it a minute later.
    fran: answer('detractor', 4, { comment: 'It broke', at: '2026-03-02T09:01:00.000Z' }),
    dana: { said: '11', why: '11 is outside the scale of 0 to 10', at: '2026-03-02T09:00:00.000Z' },
    // Another survey.
    ema: null,
  },
  totals: {
    totals: expect.objectContaining({
      answers: 4,
      counts: { promoter: 1, passive: 1, detractor: 2 },
      score: -25,
      leftOut: { otherScale: 0, unreadable: 1 },
    }) as object,
  },
};
