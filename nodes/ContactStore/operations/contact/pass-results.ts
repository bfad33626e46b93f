import type { ProfileResult } from '../../../../src/app/upsert-profiles';
import { toTravelForm, type ContactPatch } from '../../../../src/domain/contact/contact';
import { explainUpsert } from '../../../../src/domain/contact/explain-upsert';
import type { ForItem, Run } from '../../../execution/run';

/** Passes items on with their contact as it is now, and what became of it and why. Both lists are in the order of items. */
export function passResults(
  run: Run,
  read: ReadonlyArray<ForItem<{ readonly patch: ContactPatch }>>,
  results: ReadonlyArray<ForItem<Exclude<ProfileResult, { outcome: 'refused' }>>>,
): void {
  let at = 0;
  for (const { index, value } of results) {
    while (read[at] && read[at]?.index !== index) at++;
    const patch = read[at]?.value.patch ?? { identifiers: {} };
    run.pass(index, {
      contact: toTravelForm(value.profile),
      result: { outcome: value.outcome, changed: [...value.changed], reasons: explainUpsert(patch, value) },
    });
  }
}
