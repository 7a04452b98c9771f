/** The YAML of a regime as a schema: what `regimes/<name>.yaml` may hold. Expressions are texts here; parse-regime.ts gives them types. */
import { Type, type Static } from '@sinclair/typebox';
import { choice, count, flag, optionalKeys, text } from '../../core/spec/document/model-forms.ts';

export const CHECK_NAMES = ['lei', 'isin', 'mic', 'cfi', 'currency', 'country', 'concat', 'national_id'] as const;
export const OUTPUT_NAMES = ['auth.016', 'json'] as const;
export const REFERENCE_KINDS = ['counterparty', 'trader', 'instrument', 'book'] as const;

const FORMAT = 'ALPHANUM-n, DECIMAL-n/m, INTEGER-n, BOOLEAN, DATE or DATE_TIME: n characters or digits, at most m of them behind the mark';

const judged = {
  format: Type.Optional(text(FORMAT)),
  check: Type.Optional(choice('Check of the whole value', ...CHECK_NAMES)),
  pattern: Type.Optional(text('Regular expression that matches the whole value')),
  allowed_values: Type.Optional(Type.Array(Type.String(), { description: 'The only values there are', minItems: 1 })),
};

const FieldModel = Type.Object(
  {
    number: text('Number of the field in the regime, a whole number with perhaps a letter', '^[1-9][0-9]{0,2}[a-z]?$'),
    name: text('Name of the field in the regime'),
    value: text('Expression that gives the value; NULL leaves the field out'),
    kind: Type.Optional(
      text('Expression that gives the kind of the value, a key of forms; later expressions see it as field_<number>_kind'),
    ),
    ...judged,
    forms: Type.Optional(
      Type.Record(Type.String(), Type.Object(judged, { additionalProperties: false }), {
        description: 'By the kind of the value: what it must be. A kind that is not here is a finding',
      }),
    ),
    required_when: Type.Optional(text('Condition under which the field must be there; always: `true`')),
    forbidden_when: Type.Optional(text('Condition under which the field must not be there')),
    many: Type.Optional(flag('The value is a list of words, separated by commas, each of which is judged')),
    in_cancellation: Type.Optional(flag('The field belongs to a cancellation too; false by default')),
    key: Type.Optional(text('Where a JSON report has the value: names joined by dots')),
  },
  { additionalProperties: false, description: 'One field of the report' },
);

export const RegimeModel = Type.Object(
  {
    name: text('Name of the regime, the name of its file', '^[a-z][a-z0-9_]*$'),
    title: text('What it is called, for a reader'),
    description: text('What is reported, by whom'),
    enabled: Type.Optional(flag('false takes the regime out; true by default')),
    short_code: text('Beginning of every transaction reference number', '^[A-Z][A-Z0-9]{1,5}$'),
    sources: Type.Optional(
      Type.Array(Type.String(), { description: 'Sources whose events are looked at; all by default', minItems: 1, uniqueItems: true }),
    ),
    destination: text('Word of the configuration (reporter.destinations): where reports are sent', '^[a-z][a-z0-9_]*$'),
    output: choice('Form of what is sent', ...OUTPUT_NAMES),
    amendments: choice(
      'cancel_then_new: an amendment is a cancellation and a new report; replace: a new one',
      'cancel_then_new',
      'replace',
    ),
    needs: Type.Array(choice('A kind of reference data', ...REFERENCE_KINDS), {
      description: 'Kinds of reference data without which no report is made, where the event names one',
      uniqueItems: true,
    }),
    deadline: optionalKeys('By when a report must be accepted: `within`, or the four other keys', {
      within: text('Duration after the time of the trade: 15m'),
      business_days: count('Business days after the day of the trade', 1),
      calendar: text('MIC of config/calendars, or weekdays'),
      at: text('Wall time of that day: HH:MM', '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
      timezone: text('IANA name of the zone in which days and times are told'),
    }),
    values: Type.Optional(
      Type.Array(
        Type.Object(
          { name: text('Name by which later expressions see it', '^[a-z][a-z0-9_]*$'), value: text('Expression') },
          { additionalProperties: false },
        ),
        { description: 'Expressions that several fields share, each seen by those after it' },
      ),
    ),
    eligibility: Type.Array(
      Type.Object(
        {
          rule: text('Condition; where it is false the event is not reported. NULL passes'),
          reason: text('Why it is not, for the ledger', '^[A-Z][A-Z0-9_]*$'),
        },
        { additionalProperties: false },
      ),
      { description: 'Which events are reported: all of the rules must hold; the first that does not gives the reason', minItems: 1 },
    ),
    message: Type.Optional(
      Type.Object(
        { from: text('Expression: who sends the message'), to: text('Expression: who receives it') },
        { additionalProperties: false, description: 'Header of the message, of auth.016 only' },
      ),
    ),
    fields: Type.Array(FieldModel, { description: 'In order: an expression sees the fields before it as field_<number>', minItems: 1 }),
    rules: Type.Optional(
      Type.Array(
        Type.Object(
          {
            rule: text('Condition over columns, values and fields; NULL passes'),
            code: text('Code of the finding', '^[A-Z][A-Z0-9_]*$'),
            field: Type.Optional(text('Number of the field that it is about')),
            description: text('What must hold, for a reader'),
          },
          { additionalProperties: false },
        ),
        { description: 'What several fields must hold together; of new reports only' },
      ),
    ),
    replies: Type.Object(
      {
        duplicate_codes: Type.Array(Type.String(), { description: 'Codes that say: this reference was there already' }),
        pending_codes: Type.Array(Type.String(), { description: 'Codes that say: not decided yet' }),
      },
      { additionalProperties: false, description: "Codes of the destination's replies that mean more than accepted or rejected" },
    ),
  },
  { additionalProperties: false, description: 'One regulatory regime' },
);

export type RegimeDocument = Static<typeof RegimeModel>;
export type FieldDocument = RegimeDocument['fields'][number];
export type CheckName = (typeof CHECK_NAMES)[number];
export type OutputName = (typeof OUTPUT_NAMES)[number];
