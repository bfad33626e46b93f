import type { INodeProperties } from 'n8n-workflow';
import { toMessageTravelForm } from '../../../../src/app/messages/list-messages';
import {
  settleMessages,
  type SettleRequest,
  type Settlement,
} from '../../../../src/app/messages/settle-messages';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import { isJsonObject } from '../../../../src/domain/json';
import { quote, type Reading } from '../../../../src/domain/problem';
import type { Run } from '../../../execution/run';

/** Which message an item means. */
export const MESSAGE_ID: INodeProperties = {
  displayName: 'Message ID',
  name: 'messageId',
  type: 'string',
  default: '={{ $json.message.id }}',
  required: true,
  // eslint-disable-next-line n8n-nodes-base/node-param-description-miscased-id, n8n-nodes-base/node-param-description-miscased-json -- an expression to copy
  description:
    "The ID that Channel Fallback put on the item. After a node that replaces what the item holds, as Send Email does, refer back: {{ $('Channel Fallback').item.json.message.id }}, with the name of your node.",
};

/** The id of a message that a test run of Channel Fallback decided on and never claimed. */
const TEST_MESSAGE = 'test';

/** Settles the message of each item and passes the item on with the message and the contact as they are then. */
export async function settle(run: Run, settlementOf: (index: number) => Settlement): Promise<void> {
  const read = run.read<SettleRequest | null>((index) => {
    const given = run.parameters.value('messageId', index);
    if (given === TEST_MESSAGE) return { ok: true, value: null };
    const id = readMessageId(given);
    return id.ok ? { ok: true, value: { messageId: id.value, settlement: settlementOf(index) } } : id;
  });
  for (const { index, value } of read) {
    if (value !== null) continue;
    run.pass(index, { message: { id: TEST_MESSAGE, state: 'test' }, result: { outcome: 'unchanged' } });
  }
  const requests = read.flatMap(({ index, value }) => (value === null ? [] : [{ index, value }]));
  const results = await run.batch(requests, (values, policy) =>
    settleMessages(run.store, values, run.now, policy),
  );
  for (const { index, value } of results) {
    const { contact } = run.items[index]?.json ?? {};
    const before = isJsonObject(contact) ? contact : {};
    run.pass(index, {
      ...(value.contact ? { contact: { ...before, ...toTravelForm(value.contact) } } : {}),
      message: toMessageTravelForm(value.message, run.now),
      result: { outcome: value.outcome },
    });
  }
}

function readMessageId(value: unknown): Reading<number> {
  const id = typeof value === 'string' ? Number(value.trim() || Number.NaN) : value;
  if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return { ok: true, value: id };
  const message =
    value === undefined || value === null || value === ''
      ? "This item carries no message. Where a node before this one replaces what the item holds, as Send Email does, refer back: {{ $('Channel Fallback').item.json.message.id }}, with the name of your node."
      : `${quote(value)} is not the id of a message; it is a number, as Channel Fallback gives it in message.id.`;
  return { ok: false, problems: [{ field: 'messageId', message }] };
}
