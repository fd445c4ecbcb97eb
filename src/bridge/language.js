'use strict';

// The language of what the bridge itself tells people. English is in the code; the others are made by script/generate
// from the same catalogs as the worker's (src/fc_guard/catalogs.py, which chooses by the same variables).

const fs = require('fs');
const path = require('path');

const VARIABLES = ['FC_GUARD_LANG', 'LC_ALL', 'LC_MESSAGES', 'LANG'];
const LANGUAGES = { zh: 'zh_CN' };

let catalog;

/** The language of this person: the name of a catalog, or '' for English. */
function language() {
  const set = VARIABLES.map((name) => process.env[name]).find(Boolean) || '';
  return LANGUAGES[set.slice(0, 2).toLowerCase()] || '';
}

/** Text for people. `message` is a literal, which the catalogs hold, with {names} for the values. */
function t(message, values) {
  if (!catalog) catalog = language() ? JSON.parse(fs.readFileSync(path.join(__dirname, `${language()}.json`), 'utf8')) : {};
  const template = catalog[message] || message;
  return template.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole));
}

module.exports = { language, t };
