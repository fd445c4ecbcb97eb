'use strict';

// Help pages in 80 columns. What the host wraps it counts by characters, of which a Chinese one takes two columns; and
// host 2 wraps nothing.

const COLUMNS = 80;
const HOST_FLAGS = '-o, --output-format <outputFormat>'.length; // the longest of host 3's own: texts start behind it
const WIDE = '\\u1100-\\u115f\\u2e80-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uff60\\uffe0-\\uffe6';
const ENDING = '，。：；、！？）」';
const PIECE = new RegExp(`\\s*[（「]*(?:[^\\s${WIDE}]+|[${WIDE}])[${ENDING}]*`, 'g');
const IS_WIDE = new RegExp(`[${WIDE}]`);

function columns(text) {
  return [...text].reduce((sum, character) => sum + (IS_WIDE.test(character) ? 2 : 1), 0);
}

/** The lines of a text, broken at spaces and between Chinese characters, but not before punctuation that ends. */
function lines(text, width) {
  return text.split('\n').flatMap((paragraph) => {
    const found = [''];
    for (const piece of paragraph.match(PIECE) || []) {
      if (columns(found[found.length - 1] + piece) > width) found.push(piece.trimStart());
      else found[found.length - 1] += piece;
    }
    return found;
  });
}

/** A command's help for host 3, whose wrapping leaves a text alone that has lines with an indent. */
function forHost({ option, description, ...rest }) {
  const indent = Math.max(HOST_FLAGS, ...option.map(([flags]) => flags.length)) + 2;
  const text = (said) => (IS_WIDE.test(said) ? lines(said, COLUMNS - indent - 2).join(`\n${' '.repeat(indent)}`) : said);
  const told = IS_WIDE.test(description) ? lines(description, COLUMNS).join('\n') : description;
  return { ...rest, description: told, option: option.map(([flags, said]) => [flags, text(said)]) };
}

/** Options as a page of our own lists them. */
function optionLines(options) {
  const width = Math.max(...options.map(([flags]) => flags.length)) + 4;
  return options.flatMap(([flags, said]) =>
    lines(said, COLUMNS - width).map((line, place) => (place ? '' : `  ${flags}`).padEnd(width) + line)
  );
}

module.exports = { COLUMNS, forHost, lines, optionLines };
