-- Leaves the database as 000-setup.sql found it.

begin;
select plan(1);
drop schema tests cascade;
select hasnt_schema('tests');
select finish();
commit;

drop extension pgtap;
