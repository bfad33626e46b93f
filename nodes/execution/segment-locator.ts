import type { INodeProperties } from 'n8n-workflow';
import type { Reading } from '../../src/domain/problem';
import { locatorText } from './locator-text';
import { nameLocator } from './name-locator';

/** The parameter `segment`: a saved segment, chosen from the list with its size, or by its name. */
export function segmentLocator(description: string): INodeProperties {
  return nameLocator({
    displayName: 'Segment',
    name: 'segment',
    searchListMethod: 'searchSegments',
    placeholder: 'e.g. engaged',
    description,
    required: true,
  });
}

/** The name that the parameter of {@link segmentLocator} holds. */
export function readSegmentName(locator: unknown): Reading<string> {
  const name = locatorText(locator);
  if (name !== '') return { ok: true, value: name };
  const message = 'No segment is chosen; choose one from the list or give its name.';
  return { ok: false, problems: [{ field: 'segment', message }] };
}
