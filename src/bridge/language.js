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
  return LANGUAGES[set.trim().toLowerCase().split(/[^a-z]/)[0]] || '';
}

/** A table in the language, or undefined where there is none that can be read. */
function table(file) {
  try {
    return language() ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
  } catch (error) {
    return undefined; // missing or damaged: English is in the code
  }
}

/** Text for people. `message` is a literal, which the catalogs hold, with {names} for the values. */
function t(message, values) {
  if (!catalog) catalog = table(path.join(__dirname, `${language()}.json`)) || {};
  const template = catalog[message] || message;
  return template.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole));
}

/** Sentences after one another. Chinese ones have no space between them. */
function sentences(...all) {
  return all.join(language() ? '' : ' ');
}

module.exports = { language, sentences, t, table };
