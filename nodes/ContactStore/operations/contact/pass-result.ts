import type { ProfileResult } from '../../../../src/app/upsert-contacts';
import { toTravelForm, type ContactPatch } from '../../../../src/domain/contact/contact';
import { explainUpsert } from '../../../../src/domain/contact/explain-upsert';
import type { Run } from '../../../execution/run';

/** Passes an item on with its contact as it is now, and what became of it and why. */
export function passResult(
  run: Run,
  index: number,
  patch: ContactPatch | undefined,
  result: Exclude<ProfileResult, { outcome: 'refused' }>,
): void {
  const { outcome, changed, profile } = result;
  run.pass(index, {
    contact: toTravelForm(profile),
    result: {
      outcome,
      changed: [...changed],
      reasons: explainUpsert(patch ?? { identifiers: {} }, result),
    },
  });
}
