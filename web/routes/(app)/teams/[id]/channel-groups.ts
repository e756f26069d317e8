import type { Channel, Project } from '#lib/api/channels.ts';

/** Channels that are shown together: those of a project, those of none, those that were put away. */
export type ChannelGroup = {
  readonly key: string;
  readonly kind: 'project' | 'none' | 'archived';
  readonly project: Project | null;
  readonly channels: readonly Channel[];
};

/**
 * The channels of a team in the order of its browser: those without a project, then project by project, then what is archived.
 * With a text, those that have it in title or description, and no empty project.
 */
export function channelGroups(channels: readonly Channel[], projects: readonly Project[], text: string): ChannelGroup[] {
  const wanted = text.trim().toLocaleLowerCase();
  const has = (said: string | null) => said !== null && said.toLocaleLowerCase().includes(wanted);
  const shown = channels.filter(({ title, description }) => has(title) || has(description));
  const open = shown.filter(({ isArchived }) => !isArchived);
  const known = new Set(projects.map(({ id }) => id));
  const groups: ChannelGroup[] = [
    {
      key: 'none',
      kind: 'none',
      project: null,
      channels: open.filter(({ projectId }) => projectId === null || !known.has(projectId))
    },
    ...projects
      .toSorted((a, b) => Number(a.archivedAt !== null) - Number(b.archivedAt !== null))
      .map((project) => ({
        key: project.id,
        kind: 'project' as const,
        project,
        channels: open.filter(({ projectId }) => projectId === project.id)
      })),
    { key: 'archived', kind: 'archived', project: null, channels: shown.filter(({ isArchived }) => isArchived) }
  ];
  return groups.filter((group) => group.channels.length > 0 || (group.kind === 'project' && wanted === ''));
}
