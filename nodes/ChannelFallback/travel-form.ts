import type { ClaimRequest, ClaimResult } from '../../src/app/messages/claim-messages';
import { toEventTravelForm } from '../../src/domain/event/event';
import type { JsonObject } from '../../src/domain/json';

type Told = Exclude<ClaimResult, { outcome: 'refused' }>;

/** The id of a message that only a test run decided on; Confirm and Fail know it. */
export const TEST_MESSAGE = 'test';

/** What an item tells of its message: `message`, what is to be sent, and `channel`, how that was decided. */
export function toMessageJson(request: ClaimRequest, result: Told, isTest: boolean): JsonObject {
  const { decision } = result;
  const channel: JsonObject = {
    outcome: result.outcome,
    channel: null,
    tried: decision.tried.map((own) => ({ ...own, at: iso(own.at) })),
    eligibleAt: 'eligibleAt' in result && result.eligibleAt !== null ? iso(result.eligibleAt) : null,
    checks: decision.checks.map((check) => ({
      channel: check.channel,
      verdict: check.verdict,
      eligibleAt: check.eligibleAt === null ? null : iso(check.eligibleAt),
      reasons: [...check.reasons],
    })),
    reasons: [...decision.reasons],
    ...(isTest ? { test: true } : {}),
  };
  const message = { id: null, name: request.rules.message, channel: null, state: null };
  if (result.outcome === 'claimed') {
    const { channel: chosen, address, attempt } = result.decision;
    return {
      message: {
        id: isTest ? TEST_MESSAGE : result.messageId,
        name: request.rules.message,
        channel: chosen.name,
        address: address.value,
        ...(address.country === null ? {} : { country: address.country }),
        ...(address.all.length > 1 ? { addresses: [...address.all] } : {}),
        attempt,
        state: isTest ? 'test' : 'claimed',
      },
      channel: { ...channel, channel: chosen.name },
    };
  }
  if (decision.outcome !== 'answered') return { message, channel };
  return {
    message,
    channel: { ...channel, channel: decision.channel, answer: toEventTravelForm(decision.event) },
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
