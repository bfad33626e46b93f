import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { isJsonObject } from '../../src/domain/json';

/** The names of the grades, in the order of their outputs, as an expression and as JavaScript alike; self-contained, as n8n wants it. */
const GRADES = `((p) => p.gradeBy === 'grid' ? ((p.fitGrades || {}).grade || []).flatMap((fit) => ((p.engagementGrades || {}).grade || []).map((own) => fit.name + own.name)) : ((p.grades || {}).grade || []).map((own) => own.name))`;

/** One output, or one for each grade and one for those without. It is an expression, because n8n works outputs out from the parameters. */
export const OUTPUTS: `={{${string}}}` = `={{ ($parameter["defineBy"] || 'rules') === 'rules' && $parameter["gradeBy"] !== 'none' && $parameter["branch"] === true ? ${GRADES}($parameter).concat('No Score').map((displayName) => ({ type: 'main', displayName })) : [{ type: 'main' }] }}`;

/** The same names from the parameters as they are saved; their number is what the editor shows, whatever is wrong with the model. */
export function gradeNames(parameters: IDataObject): string[] {
  const names = (collection: string): string[] => {
    const grades = parameters[collection];
    const rows = isJsonObject(grades) ? grades.grade : undefined;
    return Array.isArray(rows) ? rows.map((row) => (isJsonObject(row) ? String(row.name ?? '') : '')) : [];
  };
  if (parameters.gradeBy !== 'grid') return names('grades');
  return names('fitGrades').flatMap((fit) => names('engagementGrades').map((own) => fit + own));
}

/** Lets items out by their grade, where `grades` names the outputs; whoever has none of them, error items too, leaves last. */
export function split(
  items: readonly INodeExecutionData[],
  grades: readonly string[] | null,
  gradeOf: ReadonlyMap<number, string>,
): INodeExecutionData[][] {
  if (grades === null) return [[...items]];
  const outputs: INodeExecutionData[][] = Array.from({ length: grades.length + 1 }, () => []);
  for (const item of items) {
    const { item: index } = item.pairedItem as { item: number };
    const place = grades.indexOf(gradeOf.get(index) ?? '');
    outputs[place < 0 ? grades.length : place]?.push(item);
  }
  return outputs;
}
