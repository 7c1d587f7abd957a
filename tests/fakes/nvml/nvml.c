/*
 * Stands in for libnvidia-ml.so.1: the functions the product calls, with nvml.h's own ABI, over machines that exist in a
 * text file only. The file is named "control" and lies beside the library; it is read anew whenever it changes, so that a
 * test changes the machine while the library is in use. One word and its arguments a line:
 *
 *   gpus N                 so many H100 (default 8); GPU i draws 300 + 10 i W, is 50 + i °C warm and 90 - i % loaded
 *   cards I J …            these GPUs, in the order in which the driver lists them; as with the real one, the list is that of
 *                          its initialization. I is the card itself: its UUID, serial number and watts go with it
 *   slot I BUS             GPU I sits at bus BUS (hexadecimal; default 1b + 10 I)
 *   model I NAME           GPU I is one of these (without spaces)
 *   nouuid I               GPU I does not tell its UUID, nor its serial number
 *   lost I                 GPU I has fallen off the bus
 *   unsupported FUNCTION   answers NVML_ERROR_NOT_SUPPORTED for every GPU
 *   nofield ID             the driver does not support this field value
 *   sentinels I            GPU I answers "success" with huge integers
 *   slow FUNCTION MS       takes that long
 *   mig I                  GPU I is partitioned into two MIG devices
 *   xid SEQ I CODE         GPU I reports XID CODE; each SEQ once, in rising order
 *   throttle I BITS        clock event reasons of GPU I (default 0)
 *   processes N            so many compute processes on GPU 0 (default 1)
 *   process I PID MIB SM MEM NAME   a process on GPU I with its memory, load and memory load (%); with any such line, only these
 *   nopower I              GPU I cannot tell its power
 *   curve I MW SWING STEP  GPU I draws MW mW and up to SWING mW more, another value each STEP ms (ten in turn, 0.45 SWING in the
 *                          mean), and 400 W more while a file "busy" lies beside the library; its energy counter is exact
 *   gain I PERCENT         the energy counter of such a GPU counts PERCENT of what it draws; 0 = it stands still
 *   driver gone            nothing answers but NVML_ERROR_UNINITIALIZED, and initialization fails
 *   epoch N                another number than at the last initialization: the driver was reloaded meanwhile
 *   trace                  appends the name of each function called to the file "calls"
 *
 * Compiled with -DOLD_DRIVER it lacks what drivers before 2023 lack.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libgen.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef int nvmlReturn_t;
enum { SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7, DRIVER_NOT_LOADED = 9, TIMEOUT = 10, GPU_IS_LOST = 15, VERSION_MISMATCH = 25 };

typedef struct { int index; int mig; } Device;
typedef Device *nvmlDevice_t;
typedef struct { unsigned int gpu, memory; } nvmlUtilization_t;
typedef struct { unsigned long long total, free, used; } nvmlMemory_t;
typedef struct { unsigned int version; unsigned long long total, reserved, free, used; } nvmlMemory_v2_t;
typedef union { double d; unsigned int ui; unsigned long ul; unsigned long long ull; signed long long sll; int si; } nvmlValue_t;
typedef struct { unsigned int fieldId, scopeId; long long timestamp, latencyUsec; unsigned int valueType; nvmlReturn_t nvmlReturn; nvmlValue_t value; } nvmlFieldValue_t;
typedef struct { char busIdLegacy[16]; unsigned int domain, bus, device, pciDeviceId, pciSubSystemId; char busId[32]; } nvmlPciInfo_t;
typedef struct { nvmlDevice_t device; unsigned long long eventType, eventData; unsigned int gpuInstanceId, computeInstanceId; } nvmlEventData_t;
typedef struct { unsigned int pid; unsigned long long usedGpuMemory; unsigned int gpuInstanceId, computeInstanceId; } nvmlProcessInfo_t;
typedef struct { unsigned int pid; unsigned long long timeStamp; unsigned int smUtil, memUtil, encUtil, decUtil; } nvmlProcessUtilizationSample_t;

#define MAX_GPUS 64
#define MAX_WORDS 32
#define API __attribute__((visibility("default")))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[4096];
static struct {
  int gpus, processes, gone, epoch, trace;
  char lost[MAX_GPUS], sentinels[MAX_GPUS], mig[MAX_GPUS];
  unsigned long long throttle[MAX_GPUS];
  int nUnsupported, nSlow, nFields, nXids;
  char unsupported[MAX_WORDS][64], slow[MAX_WORDS][64];
  int slowMs[MAX_WORDS];
  unsigned int noField[MAX_WORDS];
  struct { int seq, gpu; unsigned long long code; } xids[MAX_WORDS];
  int nProcesses;
  struct { int gpu; unsigned int pid, mib, sm, mem; char name[128]; } process[MAX_WORDS];
  double curveMw[MAX_GPUS], curveSwing[MAX_GPUS], curveStepMs[MAX_GPUS], gain[MAX_GPUS];
  char noPower[MAX_GPUS], noUuid[MAX_GPUS], model[MAX_GPUS][64];
  unsigned int slot[MAX_GPUS];
  int cards[MAX_GPUS];
} c;
static struct timespec seenTime;
static off_t seenSize = -1;
static int initialized, initEpoch, deliveredXid;
static int listed, list[MAX_GPUS];
static Device devices[MAX_GPUS], migs[MAX_GPUS][2];
static int eventSet;

static void findFolder(void) {
  Dl_info info;
  char path[4096];
  if (folder[0] || !dladdr((void *)findFolder, &info)) return;
  snprintf(path, sizeof path, "%s", info.dli_fname);
  snprintf(folder, sizeof folder, "%s", dirname(path));
}

static void parse(FILE *file) {
  char line[256], word[64], name[64];
  memset(&c, 0, sizeof c);
  c.gpus = 8;
  for (int i = 0; i < MAX_GPUS; i++) { c.cards[i] = i; c.gain[i] = 100; }
  c.processes = 1;
  while (fgets(line, sizeof line, file)) {
    int a = 0, b = 0;
    unsigned int bus = 0;
    unsigned long long u = 0;
    name[0] = 0;
    if (sscanf(line, "%63s", word) != 1) continue;
    sscanf(line, "%*s %63s %d", name, &b);
    a = atoi(name);
    if (!strcmp(word, "gpus")) {
      c.gpus = a;
      for (int i = 0; i < a; i++) c.cards[i] = i;
    }
    else if (!strcmp(word, "cards")) {
      c.gpus = 0;
      for (char *one = strtok(line + 5, " \n"); one && c.gpus < MAX_GPUS; one = strtok(NULL, " \n")) c.cards[c.gpus++] = atoi(one);
    }
    else if (!strcmp(word, "slot") && sscanf(line, "%*s %d %x", &a, &bus) == 2) c.slot[a] = bus;
    else if (!strcmp(word, "model")) sscanf(line, "%*s %*d %63s", c.model[a]);
    else if (!strcmp(word, "nouuid")) c.noUuid[a] = 1;
    else if (!strcmp(word, "lost")) c.lost[a] = 1;
    else if (!strcmp(word, "sentinels")) c.sentinels[a] = 1;
    else if (!strcmp(word, "mig")) c.mig[a] = 1;
    else if (!strcmp(word, "unsupported")) snprintf(c.unsupported[c.nUnsupported++], 64, "%s", name);
    else if (!strcmp(word, "nofield")) c.noField[c.nFields++] = (unsigned int)a;
    else if (!strcmp(word, "slow")) { snprintf(c.slow[c.nSlow], 64, "%s", name); c.slowMs[c.nSlow++] = b; }
    else if (!strcmp(word, "throttle") && sscanf(line, "%*s %d %llu", &a, &u) == 2) c.throttle[a] = u;
    else if (!strcmp(word, "xid") && sscanf(line, "%*s %d %d %llu", &c.xids[c.nXids].seq, &c.xids[c.nXids].gpu, &c.xids[c.nXids].code) == 3) c.nXids++;
    else if (!strcmp(word, "process") && sscanf(line, "%*s %d %u %u %u %u %127s", &c.process[c.nProcesses].gpu, &c.process[c.nProcesses].pid, &c.process[c.nProcesses].mib, &c.process[c.nProcesses].sm, &c.process[c.nProcesses].mem, c.process[c.nProcesses].name) == 6) c.nProcesses++;
    else if (!strcmp(word, "nopower")) c.noPower[a] = 1;
    else if (!strcmp(word, "curve") && sscanf(line, "%*s %d", &a) == 1) sscanf(line, "%*s %*d %lf %lf %lf", &c.curveMw[a], &c.curveSwing[a], &c.curveStepMs[a]);
    else if (!strcmp(word, "gain") && sscanf(line, "%*s %d", &a) == 1) sscanf(line, "%*s %*d %lf", &c.gain[a]);
    else if (!strcmp(word, "processes")) c.processes = a;
    else if (!strcmp(word, "driver")) c.gone = 1;
    else if (!strcmp(word, "epoch")) c.epoch = a;
    else if (!strcmp(word, "trace")) c.trace = 1;
  }
}

/* Reads the control file again if it changed; sleeps where it says so; counts the call. */
static int enter(const char *function) {
  char path[4200];
  struct stat now;
  int sleepMs = 0;
  pthread_mutex_lock(&lock);
  findFolder();
  snprintf(path, sizeof path, "%s/control", folder);
  if (stat(path, &now) == 0) {
    if (now.st_size != seenSize || now.st_mtim.tv_sec != seenTime.tv_sec || now.st_mtim.tv_nsec != seenTime.tv_nsec) {
      FILE *file = fopen(path, "r");
      if (file) {
        parse(file);
        fclose(file);
        seenSize = now.st_size;
        seenTime = now.st_mtim;
      }
    }
  } else if (seenSize < 0) {
    memset(&c, 0, sizeof c);
    c.gpus = 8;
    for (int i = 0; i < MAX_GPUS; i++) c.cards[i] = i;
    c.processes = 1;
    seenSize = 0;
  }
  if (c.trace) {
    snprintf(path, sizeof path, "%s/calls", folder);
    FILE *calls = fopen(path, "a");
    if (calls) {
      fprintf(calls, "%s\n", function);
      fclose(calls);
    }
  }
  for (int i = 0; i < c.nSlow; i++) if (!strcmp(c.slow[i], function)) sleepMs = c.slowMs[i];
  pthread_mutex_unlock(&lock);
  if (sleepMs) usleep((useconds_t)sleepMs * 1000);
  return !initialized || c.gone || c.epoch != initEpoch ? UNINITIALIZED : SUCCESS;
}

#define ENTER() do { int entered = enter(__func__); if (entered) return entered; } while (0)
#define ON_GPU(d) do { \
    ENTER(); \
    if (!(d)) return INVALID_ARGUMENT; \
    if (c.lost[(d)->index]) return GPU_IS_LOST; \
    for (int u = 0; u < c.nUnsupported; u++) if (!strcmp(c.unsupported[u], __func__)) return NOT_SUPPORTED; \
  } while (0)
/* A number of the GPU, or the driver's way of saying that there is none. */
#define U32(d, value) (c.sentinels[(d)->index] ? 0xffffffffu : (unsigned int)(value))
#define U64(d, value) (c.sentinels[(d)->index] ? 0xffffffffffffffffull : (unsigned long long)(value))

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
static double busyMw(void) {
  char path[4200];
  snprintf(path, sizeof path, "%s/busy", folder);
  return access(path, F_OK) == 0 ? 400000 : 0;
}
/* What a GPU with a curve draws at a moment, and what it has drawn since it was first asked, mJ. */
static double curveMwAt(int gpu, double atS) {
  long long step = (long long)(atS * 1000 / c.curveStepMs[gpu]);
  return c.curveMw[gpu] + c.curveSwing[gpu] * (double)(step * 7 % 10) / 10 + busyMw();
}
static double countedMj[MAX_GPUS], countedToS[MAX_GPUS];
static double curveMj(int gpu) {
  double nowS = seconds();
  pthread_mutex_lock(&lock);
  if (countedToS[gpu] == 0) countedToS[gpu] = nowS;
  while (countedToS[gpu] < nowS) {
    double stepS = c.curveStepMs[gpu] / 1000, endS = (floor(countedToS[gpu] / stepS + 1e-6) + 1) * stepS;
    if (endS > nowS) endS = nowS;
    countedMj[gpu] += curveMwAt(gpu, (countedToS[gpu] + endS) / 2) * (endS - countedToS[gpu]) * c.gain[gpu] / 100;
    countedToS[gpu] = endS;
  }
  double sum = countedMj[gpu];
  pthread_mutex_unlock(&lock);
  return sum;
}
static double averageMw(nvmlDevice_t d) { return c.curveStepMs[d->index] ? c.curveMw[d->index] + 0.45 * c.curveSwing[d->index] + busyMw() : 300250 + 10000 * d->index; }
static unsigned int powerMw(nvmlDevice_t d) { return (unsigned int)(c.curveStepMs[d->index] ? curveMwAt(d->index, seconds()) : averageMw(d)); }
static double energyMj(nvmlDevice_t d) { return c.curveStepMs[d->index] ? curveMj(d->index) : seconds() * powerMw(d); }
static unsigned long long mib(unsigned long long n) { return n << 20; }

API nvmlReturn_t nvmlInit_v2(void) {
  enter(__func__);
  if (c.gone) return DRIVER_NOT_LOADED;
  for (int i = 0; i < MAX_GPUS; i++) {
    devices[i] = (Device){i, -1};
    for (int m = 0; m < 2; m++) migs[i][m] = (Device){i, m};
  }
  listed = c.gpus;
  memcpy(list, c.cards, sizeof list);
  initialized = 1;
  initEpoch = c.epoch;
  return SUCCESS;
}
API nvmlReturn_t nvmlShutdown(void) { ENTER(); initialized = 0; return SUCCESS; }
API const char *nvmlErrorString(nvmlReturn_t result) { return result == SUCCESS ? "Success" : "Error"; }
API nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) { ENTER(); snprintf(version, length, c.epoch ? "560.35.%02d" : "550.54.15", c.epoch); return SUCCESS; }
API nvmlReturn_t nvmlSystemGetProcessName(unsigned int pid, char *name, unsigned int length) {
  ENTER();
  for (int i = 0; i < c.nProcesses; i++) {
    if (c.process[i].pid != pid) continue;
    snprintf(name, length, "%s", c.process[i].name);
    return SUCCESS;
  }
  snprintf(name, length, "/usr/bin/python3.%u", pid % 10);
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *count) { ENTER(); *count = (unsigned int)listed; return SUCCESS; }

API nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
  ENTER();
  if ((int)index >= listed) return INVALID_ARGUMENT;
  if (c.lost[list[index]]) return GPU_IS_LOST;
  *device = &devices[list[index]];
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t d, char *uuid, unsigned int length) {
  ON_GPU(d);
  if (c.noUuid[d->index]) return NOT_SUPPORTED;
  snprintf(uuid, length, "%s-00000000-0000-4000-8000-%06d%06d", d->mig < 0 ? "GPU" : "MIG", d->index, d->mig + 1);
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t d, char *name, unsigned int length) {
  ON_GPU(d);
  snprintf(name, length, "%s", c.model[d->index][0] ? c.model[d->index] : "NVIDIA H100 80GB HBM3");
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetSerial(nvmlDevice_t d, char *serial, unsigned int length) {
  ON_GPU(d);
  if (c.noUuid[d->index]) return NOT_SUPPORTED;
  snprintf(serial, length, "16525%08d", d->index);
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t d, nvmlPciInfo_t *pci) {
  ON_GPU(d);
  unsigned int bus = c.slot[d->index] ? c.slot[d->index] : 0x1bu + 0x10u * ((unsigned int)d->index % 14u) + (unsigned int)d->index / 14u;
  memset(pci, 0, sizeof *pci);
  pci->bus = bus;
  pci->pciDeviceId = 0x233010DE;
  pci->pciSubSystemId = 0x16C110DE;
  snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "0000:%02X:00.0", bus & 0xffu);
  snprintf(pci->busId, sizeof pci->busId, "00000000:%02X:00.0", bus & 0xffu);
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t d, nvmlUtilization_t *rates) {
  ON_GPU(d);
  if (c.mig[d->index]) return NOT_SUPPORTED;
  rates->gpu = U32(d, 90 - d->index);
  rates->memory = U32(d, 40);
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t d, nvmlMemory_t *memory) {
  ON_GPU(d);
  memory->total = U64(d, mib(d->mig < 0 ? 81559 : 40000));
  memory->used = U64(d, mib(551 + 1024 + (unsigned)d->index));
  memory->free = U64(d, mib(1));
  return SUCCESS;
}
#ifndef OLD_DRIVER
API nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t d, nvmlMemory_v2_t *memory) {
  ON_GPU(d);
  if (memory->version != (sizeof *memory | (2u << 24))) return VERSION_MISMATCH;
  memory->total = U64(d, mib(d->mig < 0 ? 81559 : 40000));
  memory->reserved = U64(d, mib(551));
  memory->used = U64(d, mib(d->mig < 0 ? 1024 + (unsigned)d->index : 100 + (unsigned)d->mig));
  memory->free = U64(d, mib(1));
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t d, unsigned long long *reasons) { ON_GPU(d); *reasons = U64(d, c.throttle[d->index]); return SUCCESS; }
#endif
API nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t d, unsigned long long *reasons) { ON_GPU(d); *reasons = U64(d, c.throttle[d->index]); return SUCCESS; }
API nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t d, unsigned int *power) { ON_GPU(d); if (c.noPower[d->index]) return NOT_SUPPORTED; *power = U32(d, c.curveStepMs[d->index] ? powerMw(d) : powerMw(d) + 1000); return SUCCESS; }
API nvmlReturn_t nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t d, unsigned int *limit) { ON_GPU(d); *limit = U32(d, 700000); return SUCCESS; }
API nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t d, unsigned long long *energy) { ON_GPU(d); *energy = U64(d, energyMj(d)); return SUCCESS; }
API nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t d, int sensor, unsigned int *temperature) {
  ON_GPU(d);
  if (sensor != 0) return INVALID_ARGUMENT;
  *temperature = U32(d, 50 + d->index);
  return SUCCESS;
}
/* An H100 has no fan of its own. */
API nvmlReturn_t nvmlDeviceGetFanSpeed(nvmlDevice_t d, unsigned int *speed) { ON_GPU(d); *speed = U32(d, 0); return c.sentinels[d->index] ? SUCCESS : NOT_SUPPORTED; }
API nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t d, int type, unsigned int *clock) {
  ON_GPU(d);
  if (type < 0 || type > 3) return INVALID_ARGUMENT;
  *clock = U32(d, type == 2 ? 2619 : 1755);
  return SUCCESS;
}

API nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t d, int count, nvmlFieldValue_t *values) {
  ON_GPU(d);
  for (int i = 0; i < count; i++) {
    nvmlFieldValue_t *v = &values[i];
    v->nvmlReturn = SUCCESS;
    v->timestamp = (long long)time(NULL) * 1000000;
    v->latencyUsec = 1;
    v->valueType = 1;
    switch (v->fieldId) {
      case 82: v->value.ui = U32(d, 60 + d->index); break;
#ifndef OLD_DRIVER
      case 185: v->value.ui = U32(d, averageMw(d)); break;
      case 186: v->value.ui = U32(d, c.curveStepMs[d->index] ? powerMw(d) : powerMw(d) + 50000); break;
      case 197: v->valueType = 3; v->value.ull = U64(d, seconds() * 2e9); break;
      case 198: v->valueType = 3; v->value.ull = U64(d, seconds() * 1e9); break;
      case 138: v->valueType = 3; v->value.ull = U64(d, seconds() * 3e6); if (v->scopeId != 0xffffffffu) v->nvmlReturn = INVALID_ARGUMENT; break;
      case 139: v->valueType = 3; v->value.ull = U64(d, seconds() * 4e6); if (v->scopeId != 0xffffffffu) v->nvmlReturn = INVALID_ARGUMENT; break;
#endif
      default: v->nvmlReturn = INVALID_ARGUMENT;
    }
    if (c.noPower[d->index] && (v->fieldId == 185 || v->fieldId == 186)) v->nvmlReturn = NOT_SUPPORTED;
    for (int f = 0; f < c.nFields; f++) if (c.noField[f] == v->fieldId) v->nvmlReturn = NOT_SUPPORTED;
  }
  return SUCCESS;
}

/* The real one measures for 20 ms. */
API nvmlReturn_t nvmlDeviceGetPcieThroughput(nvmlDevice_t d, int counter, unsigned int *kilobytes) { ON_GPU(d); *kilobytes = U32(d, counter == 0 ? 2000 : 1000); return SUCCESS; }
API nvmlReturn_t nvmlDeviceGetCurrPcieLinkGeneration(nvmlDevice_t d, unsigned int *generation) { ON_GPU(d); *generation = U32(d, 5); return SUCCESS; }
API nvmlReturn_t nvmlDeviceGetCurrPcieLinkWidth(nvmlDevice_t d, unsigned int *width) { ON_GPU(d); *width = U32(d, 16); return SUCCESS; }
API nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t d, int type, int counter, unsigned long long *errors) {
  ON_GPU(d);
  if (counter != 0 && counter != 1) return INVALID_ARGUMENT;
  *errors = U64(d, type == 0 ? 3 : (counter == 1 ? 1 : 0));
  return SUCCESS;
}

API nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t d, unsigned int *current, unsigned int *pending) { ON_GPU(d); *current = *pending = U32(d, c.mig[d->index]); return SUCCESS; }
API nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t d, unsigned int *count) { ON_GPU(d); *count = 7; return SUCCESS; }
/* Places 0 and 2 are taken, the others empty. */
API nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t d, unsigned int index, nvmlDevice_t *mig) {
  ON_GPU(d);
  if (!c.mig[d->index] || (index != 0 && index != 2)) return NOT_FOUND;
  *mig = &migs[d->index][index / 2];
  return SUCCESS;
}

API nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t d, unsigned int *count, nvmlProcessInfo_t *infos) {
  ON_GPU(d);
  unsigned int n = d->index == 0 ? (unsigned int)c.processes : 0, room = *count;
  if (c.nProcesses) {
    n = 0;
    for (int i = 0; i < c.nProcesses; i++) {
      if (c.process[i].gpu != d->index) continue;
      if (n < room) infos[n] = (nvmlProcessInfo_t){c.process[i].pid, mib(c.process[i].mib), 0xffffffffu, 0xffffffffu};
      n++;
    }
    *count = n;
    return room < n ? INSUFFICIENT_SIZE : SUCCESS;
  }
  *count = n;
  if (room < n) return INSUFFICIENT_SIZE;
  for (unsigned int i = 0; i < n; i++) infos[i] = (nvmlProcessInfo_t){4711 + i, mib(1024 + i), 0xffffffffu, 0xffffffffu};
  return SUCCESS;
}
API nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v3(nvmlDevice_t d, unsigned int *count, nvmlProcessInfo_t *infos) { ON_GPU(d); (void)infos; *count = 0; return SUCCESS; }
API nvmlReturn_t nvmlDeviceGetProcessUtilization(nvmlDevice_t d, nvmlProcessUtilizationSample_t *samples, unsigned int *count, unsigned long long since) {
  ON_GPU(d);
  (void)since;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  unsigned long long us = (unsigned long long)now.tv_sec * 1000000ull + (unsigned long long)now.tv_nsec / 1000;
  if (c.nProcesses) {
    unsigned int n = 0;
    for (int i = 0; i < c.nProcesses && n < *count; i++)
      if (c.process[i].gpu == d->index) samples[n++] = (nvmlProcessUtilizationSample_t){c.process[i].pid, us, c.process[i].sm, c.process[i].mem, 0, 0};
    *count = n;
    return n ? SUCCESS : NOT_FOUND;
  }
  if (d->index != 0 || *count < 1) { *count = 0; return NOT_FOUND; }
  samples[0] = (nvmlProcessUtilizationSample_t){4711, us, 87, 33, 0, 0};
  *count = 1;
  return SUCCESS;
}

API nvmlReturn_t nvmlDeviceGetSupportedEventTypes(nvmlDevice_t d, unsigned long long *types) { ON_GPU(d); *types = 0x1f; return SUCCESS; }
API nvmlReturn_t nvmlDeviceRegisterEvents(nvmlDevice_t d, unsigned long long types, int *set) { ON_GPU(d); return set == &eventSet && types ? SUCCESS : INVALID_ARGUMENT; }
API nvmlReturn_t nvmlEventSetCreate(int **set) { ENTER(); *set = &eventSet; return SUCCESS; }
API nvmlReturn_t nvmlEventSetFree(int *set) { ENTER(); return set == &eventSet ? SUCCESS : INVALID_ARGUMENT; }
API nvmlReturn_t nvmlEventSetWait_v2(int *set, nvmlEventData_t *data, unsigned int timeoutMs) {
  ENTER();
  if (set != &eventSet) return INVALID_ARGUMENT;
  for (int i = 0; i < c.nXids; i++) {
    if (c.xids[i].seq <= deliveredXid) continue;
    deliveredXid = c.xids[i].seq;
    *data = (nvmlEventData_t){&devices[c.xids[i].gpu], 8, c.xids[i].code, 0xffffffffu, 0xffffffffu};
    return SUCCESS;
  }
  if (timeoutMs) usleep(timeoutMs * 1000);
  return TIMEOUT;
}
