import type pg from 'pg';

/** 'done', or the code of the refusal that a call met; any other error is one of the test. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    const { code, message } = error as pg.DatabaseError;
    if (code !== 'PGRST') throw error;
    return (JSON.parse(message) as { code: string }).code;
  }
}
