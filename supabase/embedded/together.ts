/**
 * Runs tasks side by side. Unlike Promise.all it returns only when every one has ended, so that after a failure nothing is still
 * starting; `failed` is called at the first failure, to let the others end early.
 */
export async function together(tasks: Promise<unknown>[], failed: () => void = () => undefined): Promise<void> {
  for (const task of tasks) task.catch(failed);
  const results = await Promise.allSettled(tasks);
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected) throw rejected.reason;
}
