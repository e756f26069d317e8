type Action = { readonly label: string; readonly onclick: () => void };

/**
 * A word at the edge of the screen, read out too, gone after some seconds. For what has been done and what has failed where no
 * field or row can say it. Sonner is loaded with the first one.
 */
export const toast = {
  success: (text: string, action?: Action) => show('success', text, action),
  error: (text: string, action?: Action) => show('error', text, action),
  info: (text: string, action?: Action) => show('info', text, action)
};

function show(kind: 'success' | 'error' | 'info', text: string, action: Action | undefined): void {
  void import('svelte-sonner').then(({ toast }) =>
    toast[kind](text, action ? { action: { label: action.label, onClick: action.onclick } } : undefined)
  );
}
