import type { INodeProperties } from 'n8n-workflow';
import { isJsonObject } from '../../../../src/domain/json';
import type { Operation } from '../../operation';
import { MESSAGE_ID, settle } from './settle';

const ERROR: INodeProperties = {
  displayName: 'Error',
  name: 'error',
  type: 'string',
  default: '={{ $json.error }}',
  description:
    'Why it failed, kept with the message; n8n gives it on the error output of the node that sends',
};

export const fail: Operation = {
  value: 'fail',
  name: 'Fail',
  action: 'Fail a message',
  description:
    'Tells that the message of each item could not be sent, so that the next channel is tried when the contact comes to Channel Fallback again',
  properties: [MESSAGE_ID, ERROR],
  execute: (run) =>
    settle(run, (index) => ({ kind: 'fail', error: errorText(run.parameters.value('error', index)) })),
};

function errorText(error: unknown): string {
  if (isJsonObject(error)) return typeof error.message === 'string' ? error.message : JSON.stringify(error);
  return error === undefined || error === null || error === '' ? 'no error was given' : String(error);
}
