/** The GPUs' samples a second from the environment (COLDAISLE_GPU_HZ), for a start that types none; null where it says nothing. The core checks them. */
export function givenGpuHz(env: NodeJS.ProcessEnv): string | null {
  return env['COLDAISLE_GPU_HZ'] || null;
}
