import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { completeLockfile, missingEntries, parseLockfile } from '../../supabase/embedded/lockfile/complete.ts';
import { ROOT } from '../../supabase/embedded/paths.ts';

const lockfile = (packages: object) => parseLockfile(JSON.stringify({ lockfileVersion: 3, packages }));

test('package-lock.json serves every platform', async () => {
  expect(missingEntries(parseLockfile(await readFile(path.join(ROOT, 'package-lock.json'), 'utf8')))).toEqual({});
});

describe('an incomplete one', () => {
  const incomplete = lockfile({
    'node_modules/tool': {
      version: '1.0.0',
      optionalDependencies: { '@tool/linux-x64': '1.0.0', '@tool/win32-arm64': 'v1.0.0' }
    },
    'node_modules/@tool/linux-x64': { version: '1.0.0', os: ['linux'], cpu: ['x64'], optional: true }
  });

  test('is given an entry by which machines of other platforms skip the package', () => {
    expect(missingEntries(incomplete)).toEqual({
      'node_modules/@tool/win32-arm64': { version: '1.0.0', os: ['win32'], cpu: ['arm64'], optional: true }
    });
  });

  test('is complete afterwards, in order, with nothing else changed', () => {
    const complete = completeLockfile(incomplete);
    expect(missingEntries(complete)).toEqual({});
    expect(Object.keys(complete.packages)).toEqual([
      'node_modules/@tool/linux-x64',
      'node_modules/@tool/win32-arm64',
      'node_modules/tool'
    ]);
    expect(complete.packages['node_modules/tool']).toEqual(incomplete.packages['node_modules/tool']);
  });

  test('is not one whose package lies deeper', () => {
    const nested = lockfile({
      'node_modules/a/node_modules/tool': { version: '1.0.0', optionalDependencies: { 'tool-linux-x64': '1.0.0' } },
      'node_modules/a/node_modules/tool-linux-x64': { version: '1.0.0', optional: true }
    });
    expect(missingEntries(nested)).toEqual({});
  });
});
