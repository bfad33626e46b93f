import type { INodePropertyOptions } from 'n8n-workflow';

/** Calendar periods that have begun, as options; weeks begin on Monday. */
export const BEGUN_PERIODS: INodePropertyOptions[] = [
  { name: 'Last Month', value: 'lastMonth' },
  { name: 'Last Quarter', value: 'lastQuarter' },
  { name: 'Last Week', value: 'lastWeek' },
  { name: 'Last Year', value: 'lastYear' },
  { name: 'This Month', value: 'thisMonth' },
  { name: 'This Quarter', value: 'thisQuarter' },
  { name: 'This Week', value: 'thisWeek' },
  { name: 'This Year', value: 'thisYear' },
  { name: 'Today', value: 'today' },
  { name: 'Yesterday', value: 'yesterday' },
];

/** All calendar periods, those to come too, by name. */
export const PERIODS: INodePropertyOptions[] = [
  ...BEGUN_PERIODS,
  { name: 'Next Month', value: 'nextMonth' },
  { name: 'Next Quarter', value: 'nextQuarter' },
  { name: 'Next Week', value: 'nextWeek' },
  { name: 'Next Year', value: 'nextYear' },
  { name: 'Tomorrow', value: 'tomorrow' },
].sort((a, b) => a.name.localeCompare(b.name));
