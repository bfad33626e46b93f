/** Preloaded into n8n: whoever started it may be killed without a chance to stop it, and it must not outlive them. */
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, 1000).unref();
