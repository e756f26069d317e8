/** Somebody with a profile. `handle` is unique, lower case, 3 to 30 of a-z, 0-9 and _. */
export type Person = {
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
};

/** What a person may change of the own profile. */
export type ProfileChange = { handle?: string; displayName?: string; avatarUrl?: string | null };
