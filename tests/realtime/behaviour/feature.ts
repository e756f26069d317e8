/** A feature as data: its name, and what has to be seen of it. */
import type { Scene } from './scene.ts';
import type { Target } from './target.ts';

/** What a case needs of the target beyond URL and key. */
export type Need = 'secret' | 'db' | 'jwtSecret';

export interface Case {
  name: string;
  needs: readonly Need[];
  run(scene: Scene): Promise<void>;
}

export interface Feature {
  name: string;
  cases: readonly Case[];
}

type Run = (scene: Scene) => Promise<void>;

/** Cases by name, in their order; `needing` wraps those that need more. */
export function feature(name: string, cases: Record<string, Run | { needs: readonly Need[]; run: Run }>): Feature {
  return {
    name,
    cases: Object.entries(cases).map(([caseName, run]) =>
      typeof run === 'function' ? { name: caseName, needs: [], run } : { name: caseName, ...run }
    )
  };
}

export function needing(needs: readonly Need[], run: Run): { needs: readonly Need[]; run: Run } {
  return { needs, run };
}

/** What the target lacks for a case. */
export function lacking({ needs }: Case, target: Target): Need[] {
  return needs.filter((need) => target[need] === undefined);
}
