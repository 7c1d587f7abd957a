import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';

/** The names under which the driver installs CUDA's own library: no toolkit is needed. */
export function cudaLibraries(platform: NodeJS.Platform): readonly string[] {
  return platform === 'linux' ? ['libcuda.so.1'] : platform === 'win32' ? ['nvcuda.dll'] : [];
}

/** Multiplies and adds without end in sight: the driver compiles it for whatever GPU there is, from Maxwell on. */
const PTX = `.version 6.0
.target sm_50
.address_size 64
.visible .global .align 4 .f32 sink[1024];
.visible .entry burn()
{
  .reg .f32 %f<9>;
  .reg .u32 %r<4>;
  .reg .u64 %rd<4>;
  .reg .pred %p<2>;
  mov.u32 %r1, %tid.x;
  cvt.rn.f32.u32 %f1, %r1;
  add.f32 %f2, %f1, 0f3F800000;
  add.f32 %f3, %f1, 0f40000000;
  add.f32 %f4, %f1, 0f40400000;
  mov.u32 %r2, 400000;
again:
  fma.rn.f32 %f1, %f1, 0f3F7FFFF0, 0f3DCCCCCD;
  fma.rn.f32 %f2, %f2, 0f3F7FFFF0, 0f3DCCCCCD;
  fma.rn.f32 %f3, %f3, 0f3F7FFFF0, 0f3DCCCCCD;
  fma.rn.f32 %f4, %f4, 0f3F7FFFF0, 0f3DCCCCCD;
  sub.u32 %r2, %r2, 1;
  setp.ne.u32 %p1, %r2, 0;
  @%p1 bra again;
  add.f32 %f5, %f1, %f2;
  add.f32 %f6, %f3, %f4;
  add.f32 %f7, %f5, %f6;
  and.b32 %r3, %r1, 1023;
  mul.wide.u32 %rd1, %r3, 4;
  mov.u64 %rd2, sink;
  add.u64 %rd3, %rd2, %rd1;
  st.global.f32 [%rd3], %f7;
  ret;
}
`;

const BLOCKING_SYNC = 4;
/** Enough blocks to fill every GPU there is. */
const BLOCKS = 2048;
const THREADS = 256;

type Call = (name: string, types: readonly string[], ...args: readonly (number | bigint | string | Buffer | null)[]) => void;

/**
 * Makes a GPU work until `goOn` says no, on this thread. @param bus its PCI address, as NVML tells it @param onBusy called
 * once it works @throws where there is no CUDA, or it refuses
 */
export function burn(libraries: readonly string[], bus: string, goOn: () => boolean, onBusy: () => void): void {
  const call = bind(load(libraries));
  const out = Buffer.alloc(8);
  call('cuInit', ['uint32_t'], 0);
  call('cuDeviceGetByPCIBusId', ['void *', 'str'], out, bus);
  const device = out.readInt32LE(0);
  // The thread that waits for the GPU sleeps meanwhile: it is not to count as the meter's own cost.
  call('cuDevicePrimaryCtxSetFlags_v2', ['int', 'uint32_t'], device, BLOCKING_SYNC);
  call('cuDevicePrimaryCtxRetain', ['void *', 'int'], out, device);
  try {
    call('cuCtxSetCurrent', ['uintptr_t'], out.readBigUInt64LE(0));
    call('cuModuleLoadData', ['void *', 'void *'], out, Buffer.from(`${PTX}\0`));
    call('cuModuleGetFunction', ['void *', 'uintptr_t', 'str'], out, out.readBigUInt64LE(0), 'burn');
    const kernel = out.readBigUInt64LE(0);
    const sizes = Array<string>(7).fill('uint32_t');
    for (let isFirst = true; goOn(); isFirst = false) {
      const launch = ['uintptr_t', ...sizes, 'uintptr_t', 'uintptr_t', 'uintptr_t'];
      call('cuLaunchKernel', launch, kernel, BLOCKS, 1, 1, THREADS, 1, 1, 0, 0, 0, 0);
      call('cuCtxSynchronize', []);
      if (isFirst) onBusy();
    }
  } finally {
    call('cuDevicePrimaryCtxRelease_v2', ['int'], device);
  }
}

function load(libraries: readonly string[]): Koffi.LibraryHandle {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  let why: unknown = new Error('CUDA is not known on this system');
  for (const library of libraries) {
    try {
      return koffi.load(library);
    } catch (error) {
      why = error;
    }
  }
  throw why;
}

function bind(library: Koffi.LibraryHandle): Call {
  const bound = new Map<string, (...args: unknown[]) => unknown>();
  return (name, types, ...args) => {
    const call = bound.get(name) ?? library.func(name, 'int', [...types]);
    bound.set(name, call);
    const code = Number(call(...args));
    if (code !== 0) throw new Error(`${name} answers ${code}`);
  };
}
