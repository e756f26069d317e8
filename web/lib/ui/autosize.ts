import type { Attachment } from 'svelte/attachments';

/** Makes a text area as high as its text; a maximum height in CSS makes it scroll from there on. */
export function autosize(text: () => string): Attachment<HTMLTextAreaElement> {
  return (field) => {
    text();
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  };
}
