/** Something that a word after "/" does, where it can be done. */
export type Command = {
  readonly name: string;
  readonly note: string;
  /** Returns a text that stands in the field afterwards, if any. */
  readonly run: () => string | void;
};
