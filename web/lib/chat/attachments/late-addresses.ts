import { whenCalled } from '../when-called.ts';
import type { AddressOptions, FileAddresses } from './file-addresses.ts';

/** Addresses of files, which are looked for once one is shown. */
export function lateAddresses(options: AddressOptions): Pick<FileAddresses, 'of' | 'download' | 'clear'> {
  let made: FileAddresses | null = null;
  const late = whenCalled<Pick<FileAddresses, 'of' | 'download'>>(async () => {
    const { FileAddresses: Made } = await import('./file-addresses.ts');
    return (made = new Made(options));
  });
  return {
    of: (attachment, shown) => late.of(attachment, shown),
    download: (attachment) => late.download(attachment),
    clear: () => made?.clear()
  };
}
