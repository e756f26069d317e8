/** What lets one send files from where one writes: loaded when the rest is there. */
export { sendTray, sendVoice } from '#lib/files/send-files.ts';
export { trayOf } from '#lib/files/trays.ts';
export { default as AttachButton } from './AttachButton.svelte';
export { default as FileCatcher } from './FileCatcher.svelte';
export { default as TrayStrip } from './TrayStrip.svelte';
export { default as VoiceButton } from './VoiceButton.svelte';
