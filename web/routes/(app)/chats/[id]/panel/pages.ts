/** What the panel of a group or channel shows. */
export type PanelPage = 'members' | 'add' | 'edit' | 'rules' | 'notify' | 'files' | 'leave';
