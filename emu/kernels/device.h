// device.h: the little that clang needs to compile CUDA C to PTX without NVIDIA's headers. See README.md for the command.
#pragma once
#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __shared__ __attribute__((shared))
#define threadIdx_x __nvvm_read_ptx_sreg_tid_x()
#define blockIdx_x __nvvm_read_ptx_sreg_ctaid_x()
#define blockDim_x __nvvm_read_ptx_sreg_ntid_x()
#define gridDim_x __nvvm_read_ptx_sreg_nctaid_x()
#define __syncthreads() __nvvm_bar_sync(0)
#define shuffle_xor(value, mask) __nvvm_shfl_sync_bfly_f32(0xffffffffu, value, mask, 31)
