import type { Page } from '@playwright/test';

/** Makes the session that the app keeps another one, behind its back. */
export async function changeSession(page: Page, change: Readonly<Record<string, unknown>>): Promise<void> {
  await page.evaluate(async (changes) => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const db = await done(indexedDB.open('parley-session'));
    const values = db.transaction('values', 'readwrite').objectStore('values');
    const session = JSON.parse(await done(values.get('parley.session') as IDBRequest<string>)) as Record<string, unknown>;
    await done(values.put(JSON.stringify({ ...session, ...changes }), 'parley.session'));
    db.close();
  }, change);
}
