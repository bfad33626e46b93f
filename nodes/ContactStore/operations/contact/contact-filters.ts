import type { INodeProperties } from 'n8n-workflow';
import type { ContactFilter } from '../../../../src/app/get-contacts';
import { quote, type Reading } from '../../../../src/domain/problem';
import { locatorText } from '../../../execution/locator-text';
import { nameLocator } from '../../../execution/name-locator';
import type { Run } from '../../../execution/run';
import { readMoment } from '../../read-values';

const filterLocator = (
  displayName: string,
  name: string,
  searchListMethod: string,
  description: string,
): INodeProperties =>
  nameLocator({ displayName, name, searchListMethod, description, placeholder: 'e.g. newsletter' });

/** Which contacts are meant; those that fit every condition given. */
export const CONTACT_FILTERS: INodeProperties = {
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add filter',
  default: {},
  options: [
    filterLocator('In List', 'list', 'searchLists', 'Only contacts in this list'),
    filterLocator('Lifecycle Stage', 'lifecycleStage', 'searchStages', 'Only contacts at this stage'),
    {
      displayName: 'Search Text',
      name: 'search',
      type: 'string',
      default: '',
      placeholder: 'e.g. ann',
      description: 'Only contacts whose e-mail, first or last name holds this text, in upper or lower case',
    },
    {
      displayName: 'Start After ID',
      name: 'afterId',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 0,
      description: 'Only contacts with a higher ID, to go on after the last one of an earlier run',
    },
    filterLocator('Tag', 'tag', 'searchTags', 'Only contacts with this tag'),
    {
      displayName: 'Updated After',
      name: 'updatedAfter',
      type: 'dateTime',
      default: '',
      description: 'Only contacts created or changed after this moment',
    },
  ],
  description: 'Which contacts; all of them without a filter',
};

/** Reads the filters of an item, by the parameter {@link CONTACT_FILTERS}. A filter left empty does not count. */
export function readContactFilter(run: Run, index: number): Reading<ContactFilter> {
  const filters = run.parameters.object('filters', index);
  const [tag, list, lifecycleStage] = [filters.tag, filters.list, filters.lifecycleStage].map(locatorText);
  const search = locatorText(filters.search);
  const afterId = Number(filters.afterId ?? 0);
  if (!Number.isSafeInteger(afterId) || afterId < 0) {
    return refusal(
      'afterId',
      `Start After ID is ${quote(filters.afterId)}; it must be a contact's id, or 0.`,
    );
  }
  const updatedAfter = readMoment(filters.updatedAfter, 'updatedAfter', run.context.getTimezone());
  if (!updatedAfter.ok) return updatedAfter;
  return {
    ok: true,
    value: {
      afterId,
      ...(tag ? { tag } : {}),
      ...(list ? { list } : {}),
      ...(lifecycleStage ? { lifecycleStage } : {}),
      ...(search === '' ? {} : { search }),
      ...(updatedAfter.value === null ? {} : { updatedAfter: updatedAfter.value }),
    },
  };
}

function refusal(field: string, message: string): Reading<ContactFilter> {
  return { ok: false, problems: [{ field, message }] };
}
