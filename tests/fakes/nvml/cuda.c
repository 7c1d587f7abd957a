/*
 * Stands in for libcuda.so.1 beside the stand-in for libnvidia-ml.so.1: what the self-test's load calls. A kernel "runs" 20 ms;
 * while one was launched and its context is not released, a file "busy" lies beside the library, by which the other one draws
 * more. A file "refuses" there has each launch answer CUDA_ERROR_LAUNCH_FAILED.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))
enum { SUCCESS = 0, INVALID_VALUE = 1, LAUNCH_FAILED = 719 };

static void beside(const char *name, char *path, size_t size) {
  Dl_info info;
  char own[4096];
  dladdr((void *)beside, &info);
  snprintf(own, sizeof own, "%s", info.dli_fname);
  snprintf(path, size, "%s/%s", dirname(own), name);
}

API int cuInit(unsigned int flags) { return flags == 0 ? SUCCESS : INVALID_VALUE; }
API int cuDeviceGetByPCIBusId(int *device, const char *bus) {
  *device = 0;
  return strlen(bus) >= 12 ? SUCCESS : INVALID_VALUE;
}
API int cuDevicePrimaryCtxSetFlags_v2(int device, unsigned int flags) { return device == 0 && flags == 4 ? SUCCESS : INVALID_VALUE; }
API int cuDevicePrimaryCtxRetain(void **context, int device) { *context = (void *)0x1000; return device == 0 ? SUCCESS : INVALID_VALUE; }
API int cuDevicePrimaryCtxRelease_v2(int device) {
  char path[4200];
  beside("busy", path, sizeof path);
  unlink(path);
  return device == 0 ? SUCCESS : INVALID_VALUE;
}
API int cuCtxSetCurrent(void *context) { return context == (void *)0x1000 ? SUCCESS : INVALID_VALUE; }
API int cuModuleLoadData(void **module, const char *ptx) { *module = (void *)0x2000; return strstr(ptx, ".entry burn()") ? SUCCESS : INVALID_VALUE; }
API int cuModuleGetFunction(void **function, void *module, const char *name) {
  *function = (void *)0x3000;
  return module == (void *)0x2000 && !strcmp(name, "burn") ? SUCCESS : INVALID_VALUE;
}
API int cuLaunchKernel(void *function, unsigned int gx, unsigned int gy, unsigned int gz, unsigned int bx, unsigned int by, unsigned int bz, unsigned int shared, void *stream, void **params, void **extra) {
  char path[4200];
  if (function != (void *)0x3000 || !gx || gy != 1 || gz != 1 || !bx || by != 1 || bz != 1 || shared || stream || params || extra) return INVALID_VALUE;
  beside("refuses", path, sizeof path);
  if (access(path, F_OK) == 0) return LAUNCH_FAILED;
  beside("busy", path, sizeof path);
  FILE *busy = fopen(path, "w");
  if (busy) fclose(busy);
  return SUCCESS;
}
API int cuCtxSynchronize(void) { usleep(20000); return SUCCESS; }
