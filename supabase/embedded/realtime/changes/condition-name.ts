/** What Postgres calls the errors that a subscription can run into, by SQLSTATE. */

const NAMES: Readonly<Record<string, string>> = {
  '22000': 'data_exception',
  '22003': 'numeric_value_out_of_range',
  '22007': 'invalid_datetime_format',
  '22008': 'datetime_field_overflow',
  '22021': 'character_not_in_repertoire',
  '22023': 'invalid_parameter_value',
  '2201B': 'invalid_regular_expression',
  '22P02': 'invalid_text_representation',
  '22P03': 'invalid_binary_representation',
  '23514': 'check_violation',
  '42501': 'insufficient_privilege',
  '42601': 'syntax_error',
  '42703': 'undefined_column',
  '42704': 'undefined_object',
  '42804': 'datatype_mismatch',
  '42846': 'cannot_coerce',
  '42883': 'undefined_function',
  '42P01': 'undefined_table',
  P0001: 'raise_exception'
};

export function conditionName(code: string): string {
  return NAMES[code] ?? 'unknown_error';
}
