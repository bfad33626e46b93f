/** Puts in place what the types of the tools, the demo and the end-to-end tests come from; does nothing when it is there. */
import { ensureBrowserDriver, ensureHost, ensurePackage, failWith } from './toolchain.mjs';

try {
  await ensurePackage();
  await ensureHost();
  await ensureBrowserDriver();
} catch (error) {
  failWith(error);
}
