/** Hears of what went wrong and was handled. `event` is a short name, `detail` usually the error. */
export type Log = (event: string, detail: unknown) => void;

export const noLog: Log = () => {};
