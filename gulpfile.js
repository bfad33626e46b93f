const { src, dest } = require('gulp');

/** Copies what the compiler leaves behind: icons and codex files, which n8n looks for beside each node. */
function assets() {
  return src(['nodes/**/*.{svg,png}', 'nodes/**/*.node.json', 'credentials/**/*.svg'], {
    base: '.',
    encoding: false,
  }).pipe(dest('dist'));
}

exports.build = assets;
