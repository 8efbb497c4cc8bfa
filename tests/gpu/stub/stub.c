/* A CUDA that computes nothing: memory is the host's, kernels do not run, every call succeeds or fails as the environment says.
   With it the real CUDA provider of ONNX Runtime starts on a machine without a GPU, places nodes by its own list of kernels, and
   meets the failures that a real machine has:
     STUB_CUDA_DEVICES=0      no device          STUB_CUDA_INIT=35        every first call gives this error (35: driver too old)
     STUB_CUDA_LOST=700       every call that waits for the device gives this error once STUB_CUDA_LOST_FILE exists
   Everything that is not below is made by `make`, one function that returns 0 for each name that the provider imports. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int number(const char *name, int otherwise) { const char *v = getenv(name); return v && *v ? atoi(v) : otherwise; }
static int lost(void) {
  const char *file = getenv("STUB_CUDA_LOST_FILE");
  return file && access(file, F_OK) == 0 ? number("STUB_CUDA_LOST", 700) : 0;
}
static int start(void) {
  int init = number("STUB_CUDA_INIT", 0);
  return init ? init : number("STUB_CUDA_DEVICES", 1) == 0 ? 100 : lost();
}
static __thread int last;
#define SAY(e) (last = (e))

int cudaGetDeviceCount(int *n) { *n = number("STUB_CUDA_DEVICES", 1); return SAY(start()); }
int cudaSetDevice(int d) { int e = start(); return SAY(e ? e : d >= number("STUB_CUDA_DEVICES", 1) ? 101 : 0); }
int cudaGetDevice(int *d) { *d = 0; return SAY(start()); }
int cudaRuntimeGetVersion(int *v) { *v = 13000; return 0; }
int cudaDriverGetVersion(int *v) { *v = 13000; return 0; }
int cudaGetLastError(void) { int e = last; last = 0; return e; }
int cudaPeekAtLastError(void) { return last; }
/* cudaDeviceProp of CUDA 13: name[256], uuid[16], luid[8], mask, then totalGlobalMem. Sizes that a kernel's launch is cut to. */
int cudaGetDeviceProperties(char *p, int d) {
  memset(p, 0, 1008);
  strcpy(p, "stub");
  *(size_t *)(p + 288) = (size_t)16 << 30;                       /* totalGlobalMem */
  *(size_t *)(p + 296) = 49152; *(int *)(p + 304) = 65536; *(int *)(p + 308) = 32;
  *(size_t *)(p + 312) = 1 << 30; *(int *)(p + 320) = 1024;      /* memPitch, maxThreadsPerBlock */
  for (int i = 0; i < 3; i++) { *(int *)(p + 324 + 4 * i) = 1024; *(int *)(p + 336 + 4 * i) = 65535; }
  *(size_t *)(p + 352) = 65536; *(int *)(p + 360) = 9; *(int *)(p + 364) = 0; /* totalConstMem, major, minor */
  *(int *)(p + 384) = 132;                                       /* multiProcessorCount */
  return SAY(start());
}
int cudaDeviceGetAttribute(int *v, int a, int d) { *v = a == 75 ? 9 : a == 76 ? 0 : a == 16 ? 132 : a == 10 ? 32 : 1024; return 0; }
int cudaMalloc(void **p, size_t n) { int e = lost(); if (e) return SAY(e); *p = calloc(1, n ? n : 1); return 0; }
int cudaMallocHost(void **p, size_t n) { return cudaMalloc(p, n); }
int cudaHostAlloc(void **p, size_t n, unsigned f) { return cudaMalloc(p, n); }
int cudaFree(void *p) { free(p); return 0; }
int cudaFreeHost(void *p) { free(p); return 0; }
int cudaMemGetInfo(size_t *f, size_t *t) { *f = *t = (size_t)16 << 30; return 0; }
int cudaMemcpy(void *d, const void *s, size_t n, int k) { int e = lost(); if (e) return SAY(e); memmove(d, s, n); return 0; }
int cudaMemcpyAsync(void *d, const void *s, size_t n, int k, void *q) { return cudaMemcpy(d, s, n, k); }
int cudaMemset(void *d, int v, size_t n) { memset(d, v, n); return 0; }
int cudaMemsetAsync(void *d, int v, size_t n, void *q) { memset(d, v, n); return 0; }
int cudaDeviceSynchronize(void) { return SAY(lost()); }
int cudaStreamSynchronize(void *q) { return SAY(lost()); }
int cudaEventSynchronize(void *q) { return SAY(lost()); }
int cudaPointerGetAttributes(int *a, const void *p) { memset(a, 0, 40); a[0] = 2; return 0; }
#define HANDLE(name) int name(void **h) { *h = calloc(1, 4096); return 0; }
HANDLE(cudaStreamCreate) HANDLE(cudaEventCreate) HANDLE(cublasCreate_v2) HANDLE(cublasLtCreate)
int cudaStreamCreateWithFlags(void **h, unsigned f) { *h = calloc(1, 64); return 0; }
int cudaStreamCreateWithPriority(void **h, unsigned f, int p) { *h = calloc(1, 64); return 0; }
int cudaEventCreateWithFlags(void **h, unsigned f) { *h = calloc(1, 64); return 0; }
const char *cudaGetErrorName(int e) {
  switch (e) { case 0: return "cudaSuccess"; case 2: return "cudaErrorMemoryAllocation"; case 35: return "cudaErrorInsufficientDriver"; case 100: return "cudaErrorNoDevice";
    case 101: return "cudaErrorInvalidDevice"; case 209: return "cudaErrorNoKernelImageForDevice"; case 700: return "cudaErrorIllegalAddress"; case 719: return "cudaErrorLaunchFailure"; default: return "cudaErrorUnknown"; }
}
const char *cudaGetErrorString(int e) {
  switch (e) { case 0: return "no error"; case 2: return "out of memory"; case 35: return "CUDA driver version is insufficient for CUDA runtime version"; case 100: return "no CUDA-capable device is detected";
    case 101: return "invalid device ordinal"; case 209: return "no kernel image is available for execution on the device"; case 700: return "an illegal memory access was encountered";
    case 719: return "unspecified launch failure"; default: return "unknown error"; }
}
const char *cublasGetStatusName(int e) { return "CUBLAS_STATUS"; }
const char *cublasGetStatusString(int e) { return "stub"; }
int cuGetErrorName(int e, const char **s) { *s = "stub"; return 0; }
int cuGetErrorString(int e, const char **s) { *s = "stub"; return 0; }
void **__cudaRegisterFatBinary(void *b) { static void *handle; return &handle; }
