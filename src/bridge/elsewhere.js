'use strict';

// Words that are no command here. For those of the component `fc` a table says what to use instead. Any other word is
// a slip: host 3.1.10 would print that it was not found, call the step completed, and exit with 0.

const path = require('path');
const { language, sentences, t, table } = require('./language');

const INSTEAD = table(path.join(__dirname, '..', `elsewhere.${language()}.json`)) || require('../elsewhere.json');

// What hosts and Node ask of any component, or of any value: never a word of ours, whatever was typed.
const NOT_OURS = ['then', 'toJSON', 'getShownProps'];
const FARTHEST = 2; // slips of the finger; one for words of up to four letters

/** The words to catch in this process: the component `fc`'s, and whatever was typed that may be meant as a command. */
function caughtWords(argv) {
  const typed = argv.filter((token) => /^[A-Za-z][\w-]*$/.test(token) && !NOT_OURS.includes(token));
  return new Set([...Object.keys(INSTEAD), ...typed]);
}

/** What `s WORD -h` says of a word of the component `fc`. */
function helpOf(word) {
  const description = sentences(t('fc-guard has no command {word}.', { word }), INSTEAD[word]);
  return { description, summary: t('Not in fc-guard'), option: [] };
}

/** Why nothing was done, and what to do instead. `step` is the step that was asked. */
function refusal(word, argv, step, commands) {
  const nothing = t('fc-guard has no command {word}; nothing was done.', { word });
  if (word in INSTEAD) return hinted(nothing, INSTEAD[word]);
  const [first, second] = argv.filter((token) => !token.startsWith('-'));
  const forAll = first === word;
  if (forAll && (commands.includes(second) || second in INSTEAD)) {
    const there = t('There is {step}; without a name it is for all steps: `s {second}`.', { step, second });
    return hinted(t('There is no step {word} in s.yaml; nothing was done.', { word }), there);
  }
  const others = forAll ? [t("Where another step's component has it, name that step: `s <step> {word}`.", { word })] : [];
  return hinted(nothing, sentences(hint(word, commands), ...others));
}

function hinted(what, how) {
  return [what, t('hint: {how}', { how })].join('\n');
}

function hint(word, commands) {
  const meant = nearest(word, [...commands, ...Object.keys(INSTEAD)]);
  if (meant in INSTEAD) return sentences(t('{meant} is no command either.', { meant }), INSTEAD[meant]);
  const listed = commands.join(t(', ')); // on a line of its own: Babel finds no text inside another one
  return meant ? t('Did you mean {meant}?', { meant }) : t('The commands are {listed}.', { listed });
}

function nearest(word, names) {
  const near = names
    .map((name) => ({ name, slips: slips(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, slips }) => slips <= Math.min(FARTHEST, Math.ceil(name.length / 4)))
    .sort((one, other) => one.slips - other.slips);
  return near.length ? near[0].name : '';
}

/** How many letters were left out, added, changed, or swapped with the next one. */
function slips(one, other) {
  const rows = [[...Array(other.length + 1).keys()]];
  for (let i = 1; i <= one.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= other.length; j++) {
      const changed = rows[i - 1][j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      rows[i].push(Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, changed));
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[one.length][other.length];
}

module.exports = { caughtWords, helpOf, INSTEAD, refusal };
