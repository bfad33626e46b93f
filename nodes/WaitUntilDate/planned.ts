import type { IExecuteFunctions } from 'n8n-workflow';
import { RefusedRequest } from '../../src/app/all-or-nothing';
import { profilesOf, UNKNOWN_CONTACT } from '../../src/app/find-profiles';
import type { ContactProfile } from '../../src/domain/contact/contact';
import type { WaitPlan } from '../../src/domain/schedule/wait';
import { Run, type ForItem } from '../execution/run';
import { readWaitRequest } from './wait-parameters';

/** What an item would wait for. */
export interface Planned {
  readonly outcome: 'planned';
  readonly plan: WaitPlan;
  readonly contact: ContactProfile;
}

/** Works out for every item when its contact would go on, without parking anybody. */
export async function planItems(context: IExecuteFunctions, run: Run): Promise<Array<ForItem<Planned>>> {
  const place = { workflowZone: context.getTimezone(), now: run.now };
  const requests = run.read((index) =>
    readWaitRequest(run.parameters, index, run.items[index]?.json ?? {}, place),
  );
  return run.batch(requests, async (values, { allOrNothing }) => {
    const profiles = await profilesOf(
      run.store,
      values.map(({ contact }) => contact),
    );
    return values.map((request, at) => {
      const contact = profiles[at];
      const plan = contact ? request.plan(contact) : { ok: false as const, problems: [UNKNOWN_CONTACT] };
      if (plan.ok && contact) return { outcome: 'planned' as const, plan: plan.value, contact };
      const problems = plan.ok ? [UNKNOWN_CONTACT] : plan.problems;
      if (allOrNothing) throw new RefusedRequest(at, problems);
      return { outcome: 'refused' as const, problems };
    });
  });
}
