export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'parley.theme';

/** Light, dark, or as the system has it. first.js applies the stored choice before the first paint. */
export class Theme {
  #choice = $state<ThemeChoice>('system');

  constructor() {
    const stored = localStorage.getItem(KEY);
    if (stored === 'light' || stored === 'dark') this.#choice = stored;
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  set choice(choice: ThemeChoice) {
    this.#choice = choice;
    if (choice === 'system') {
      localStorage.removeItem(KEY);
      delete document.documentElement.dataset.theme;
    } else {
      localStorage.setItem(KEY, choice);
      document.documentElement.dataset.theme = choice;
    }
  }
}
