const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { src, dest } = require('gulp');
const { templateIndex } = require('./tasks/template-index');

/** Copies what the compiler leaves behind: icons and codex files, which n8n looks for beside each node. */
function assets() {
  return src(['nodes/**/*.{svg,png}', 'nodes/**/*.node.json', 'credentials/**/*.svg'], {
    base: '.',
    encoding: false,
  }).pipe(dest('dist'));
}

/** Writes templates/README.md from the templates. */
async function templates() {
  writeFileSync(join(__dirname, 'templates', 'README.md'), templateIndex());
}

exports.build = assets;
exports.templates = templates;
