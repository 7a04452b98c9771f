/** The bank itself, as reports name it: a section of the configuration (reporter.entity), seen by expressions as entity_<key>. */
import { Type, type Static } from '@sinclair/typebox';

export const ReportingEntityModel = Type.Object(
  {
    lei: Type.String({ description: 'LEI of the entity that executes' }),
    submitting_lei: Type.String({ description: 'LEI of the entity that submits' }),
    investment_firm: Type.Boolean({ description: 'Whether it is an investment firm under Directive 2014/65/EU' }),
    country: Type.String({ description: 'ISO 3166 code of the country of its seat' }),
    /** NULL in expressions where it is none. */
    finra_mpid: Type.Optional(Type.String({ description: 'Market participant identifier, of a member of FINRA' })),
  },
  { additionalProperties: false, description: 'The bank itself, as reports name it' },
);

export type ReportingEntity = Static<typeof ReportingEntityModel>;
