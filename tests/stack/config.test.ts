import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadConfig, parseConfig } from '../../supabase/embedded/config.ts';
import { ROOT } from '../../supabase/embedded/paths.ts';
import { portsFromText, portsOf } from '../../supabase/embedded/ports.ts';

describe('config.toml', () => {
  test('of this project is read, and no port lies where Linux puts outgoing connections', async () => {
    const config = await loadConfig();
    expect(config.project_id).toBe('parley');
    for (const port of Object.values(portsOf(config))) expect(port).toBeLessThan(32_768);
  });

  test("of this project is valid for Supabase's CLI", async () => {
    const cli = path.join(ROOT, 'node_modules/supabase/dist/supabase.js');
    const env = { ...process.env, DO_NOT_TRACK: '1' };
    const { stderr } = await promisify(execFile)(process.execPath, [cli, 'gen', 'signing-key'], { cwd: ROOT, env });
    expect(stderr).not.toMatch(/warn|deprecated|unknown/i);
  });

  test("has Supabase's defaults for what it leaves out", () => {
    const config = parseConfig('project_id = "x"');
    expect(portsOf(config)).toEqual({ api: 54321, db: 54322, mail: 54324, smtp: 54325, web: 3000 });
    expect(config.storage.file_size_limit).toBe(50 * 2 ** 20);
    expect(config.api.schemas).toEqual(['public', 'graphql_public']);
  });

  test('takes env(NAME) from the environment, and leaves it where the variable is not set', () => {
    const text = 'project_id = "env(NAME)"\n[edge_runtime.secrets]\nA = "env(ABSENT)"';
    const config = parseConfig(text, { NAME: 'from outside' });
    expect(config.project_id).toBe('from outside');
    expect(config.edge_runtime.secrets).toEqual({ A: 'env(ABSENT)' });
  });

  test.each([
    ['50MiB', 52_428_800],
    ['5MB', 5_242_880],
    ['512', 512],
    ['1.5k', 1536],
    ['2GiB', 2_147_483_648]
  ])('a size of %s is %i bytes', (text, size) => {
    expect(parseConfig(`project_id = "x"\n[storage]\nfile_size_limit = "${text}"`).storage.file_size_limit).toBe(size);
  });

  test.each([
    ['', 'project_id'],
    ['project_id = "x"\n[api]\nport = 70000', 'api.port: not a port'],
    ['project_id = "x"\n[api]\nport = "one"', 'api.port'],
    ['project_id = "x"\n[db]\nmajor_version = 15', 'the embedded stack has Postgres 17'],
    ['project_id = "x"\n[storage]\nfile_size_limit = "much"', '"much" is not a size'],
    ['project_id = "x"\n[auth.email]\nmax_frequency = "soon"', 'auth.email.max_frequency'],
    ['project_id = "x"\n[auth]\nsite_url = "nowhere"', 'auth.site_url'],
    ['project_id = "x"\n[functions."a b"]', 'functions'],
    ['project_id = "x', 'Invalid TOML']
  ])('%j is refused, and the message says where', (text, words) => {
    expect(() => parseConfig(text)).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(words) })
    );
  });
});

test('ports are read from the command line', () => {
  expect(portsFromText('api=25321,db=25322')).toEqual({ api: 25321, db: 25322 });
  expect(() => portsFromText('apis=1')).toThrow(/"apis=1"/);
  expect(() => portsFromText('api=99999')).toThrow(/"api=99999"/);
});
