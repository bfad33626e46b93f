/** Posts to the record-events workflow, as any site would. */
import { OWN_CONNECTION } from '../../host/rest.mts';
import type { IntakeBody } from './events.mts';

export const SECRET_HEADER = 'X-Intake-Secret';

export interface Intake {
  /** Resolves once n8n has recorded the event; rejects with n8n's own words when it refused. */
  record(body: IntakeBody): Promise<void>;
}

export function intakeAt(url: string, secret: string): Intake {
  return {
    async record(body) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [SECRET_HEADER]: secret, ...OWN_CONNECTION },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      }).catch((error: unknown) => {
        throw new Error(
          `n8n does not answer at ${url} (${error instanceof Error ? error.message : String(error)}).`,
        );
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`n8n answered ${response.status}: ${answer.slice(0, 500)}`);
    },
  };
}
