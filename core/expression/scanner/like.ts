/** LIKE with a written pattern of at most one piece between two %; more would need a search with places to go back to. */
import { notCovered, type BooleanCode, type TextCode } from './code.ts';
import { allOf, textLiteral, type Source } from './source.ts';
import { hasNoPairs } from './text-code.ts';
import { testOfTexts } from './text-comparison.ts';

export function likeCode(text: TextCode, pattern: TextCode): BooleanCode {
  if (pattern.literal === null) {
    return notCovered('a like with a computed pattern');
  }
  const marks = pattern.literal;
  // One _ is one code point, which is one unit only where there are no pairs.
  const needsSingles = marks.includes('_');
  if (needsSingles && /[\ud800-\udfff]/.test(marks)) {
    return notCovered('a like with _ and characters beyond 16 bits');
  }
  return testOfTexts([text], patternTest(text.value, marks), needsSingles ? hasNoPairs(text) : 'true');
}

function patternTest(value: Source, marks: string): Source {
  const pieces = marks.split('%');
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  if (pieces.length === 1) {
    return marks.includes('_')
      ? allOf(
          `(${value}.length === ${marks.length})`,
          pieceAt(value, marks, (offset) => `${offset}`),
        )
      : isText(value, marks);
  }
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  const [only] = middle;
  if (middle.length > 1 || only?.includes('_') === true) {
    return notCovered('a like with several pieces between %');
  }
  const ends = first.length + last.length;
  return allOf(
    // Of one end alone startsWith and endsWith tell the length themselves.
    ends === 0 || (only === undefined && isPlainEnd(first, last)) ? 'true' : `(${value}.length >= ${ends})`,
    pieceAt(value, first, (offset) => `${offset}`),
    endPiece(value, last),
    only === undefined ? 'true' : middleTest(value, only, first.length, last.length),
  );
}

function isPlainEnd(first: string, last: string): boolean {
  return (first === '' || last === '') && !`${first}${last}`.includes('_');
}

function isText(value: Source, text: string): Source {
  return `(${value} === ${textLiteral(text)})`;
}

/** The stretches between the _ of a piece, each at its place. */
function pieceAt(value: Source, piece: string, place: (offset: number) => Source): Source {
  const tests: Source[] = [];
  let offset = 0;
  for (const stretch of piece.split('_')) {
    if (stretch !== '') {
      const at = place(offset);
      tests.push(`${value}.startsWith(${textLiteral(stretch)}${at === '0' ? '' : `, ${at}`})`);
    }
    offset += stretch.length + 1;
  }
  return allOf(...tests);
}

function endPiece(value: Source, piece: string): Source {
  if (!piece.includes('_')) {
    return piece === '' ? 'true' : `${value}.endsWith(${textLiteral(piece)})`;
  }
  return pieceAt(value, piece, (offset) => `${value}.length - ${piece.length - offset}`);
}

/** The leftmost place leaves the most behind it. */
function middleTest(value: Source, piece: string, before: number, behind: number): Source {
  if (before + behind === 0) {
    return `${value}.includes(${textLiteral(piece)})`;
  }
  const found = `${value}.indexOf(${textLiteral(piece)}, ${before})`;
  return allOf(`(${found} >= ${before})`, `(${found} <= ${value}.length - ${piece.length + behind})`);
}
