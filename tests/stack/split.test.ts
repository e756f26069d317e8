import { expect, test } from 'vitest';
import { splitStatements } from '../../supabase/embedded/migrations/split.ts';

const texts = (sql: string) => splitStatements(sql).map(({ text }) => text);

test.each([
  ['two statements', 'select 1; select 2;', ['select 1', 'select 2']],
  ['the last without a semicolon', 'select 1;\nselect 2', ['select 1', 'select 2']],
  ['a string', "select ';'; select 2", ["select ';'", 'select 2']],
  ['a doubled quote', "select ''';'; select 2", ["select ''';'", 'select 2']],
  ['an escape string', String.raw`select E'\';'; select 2`, [String.raw`select E'\';'`, 'select 2']],
  ['a backslash in a plain string', String.raw`select '\'; select 2`, [String.raw`select '\'`, 'select 2']],
  ['a quoted name', 'select 1 as "a;""b"; select 2', ['select 1 as "a;""b"', 'select 2']],
  ['a dollar quote', 'do $$ begin; end $$; select 2', ['do $$ begin; end $$', 'select 2']],
  ['a tagged dollar quote around another', 'do $a$ $$;$$ $a$; select 2', ['do $a$ $$;$$ $a$', 'select 2']],
  ['a parameter, which is no dollar quote', 'select $1; select $2', ['select $1', 'select $2']],
  ['a line comment', 'select 1 -- ; not yet\n; select 2', ['select 1 -- ; not yet', 'select 2']],
  ['a nested block comment', 'select /* ; /* ; */ ; */ 1; select 2', ['select /* ; /* ; */ ; */ 1', 'select 2']],
  ['a comment before a statement stays with it', '-- why\nselect 1;', ['-- why\nselect 1']],
  ['nothing after the last', 'select 1;\n-- the end\n', ['select 1']],
  ['empty statements', ';; select 1;;', ['select 1']],
  [
    'a body of begin atomic',
    'create function f() returns int begin atomic select 1; select case when true then 1 end; end; select 2',
    ['create function f() returns int begin atomic select 1; select case when true then 1 end; end', 'select 2']
  ],
  ['begin and end of a transaction', 'begin; select 1; end;', ['begin', 'select 1', 'end']]
])('%s', (_, sql, expected) => {
  expect(texts(sql)).toEqual(expected);
});

test('a statement knows the line that it starts on', () => {
  expect(splitStatements('select 1;\n\n  select\n2;\nselect 3').map(({ line }) => line)).toEqual([1, 3, 5]);
});
