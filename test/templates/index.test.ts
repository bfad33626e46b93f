import { readFileSync } from 'node:fs';
import path from 'node:path';
import { templateIndex } from '../../tasks/template-index';
import { FOLDER, readTemplates } from './read-templates';

it('templates/README.md says what the templates say; npx gulp templates writes it', () => {
  const index = readFileSync(path.join(FOLDER, 'README.md'), 'utf8');
  expect(index).toBe(templateIndex());
  for (const { folder, name, description } of readTemplates()) {
    expect(index).toContain(`## ${folder.slice(0, 2)} · ${name}\n\n${description}\n`);
  }
});
