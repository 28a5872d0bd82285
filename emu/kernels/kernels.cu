// kernels.cu: our library of GPU kernels. kernels.ptx is made from it by clang 14 (README.md) and committed.
#include "device.h"

// y = a x + y
extern "C" __global__ void saxpy(unsigned n, float a, const float *x, float *y)
{
	unsigned i = blockIdx_x * blockDim_x + threadIdx_x;
	if (i < n)
		y[i] = a * x[i] + y[i];
}

// Row i of a matrix (rows x columns, row after row) times a vector; one lane a row.
extern "C" __global__ void matrix_vector(unsigned rows, unsigned columns, const float *matrix, const float *vector, float *result)
{
	unsigned row = blockIdx_x * blockDim_x + threadIdx_x;
	if (row >= rows)
		return;
	float sum = 0;
	for (unsigned column = 0; column < columns; column++)
		sum += matrix[row * columns + column] * vector[column];
	result[row] = sum;
}

// Sum of n floats: lanes by shuffle, warps through shared memory, blocks by one atomic each. Blocks of 256 threads.
extern "C" __global__ void sum(unsigned n, const float *x, float *total)
{
	__shared__ float warps[8];
	unsigned i = blockIdx_x * blockDim_x + threadIdx_x;
	float value = i < n ? x[i] : 0;
	for (int mask = 16; mask > 0; mask >>= 1)
		value += shuffle_xor(value, mask);
	if (threadIdx_x % 32 == 0)
		warps[threadIdx_x / 32] = value;
	__syncthreads();
	if (threadIdx_x == 0) {
		float all = 0;
		for (int w = 0; w < 8; w++)
			all += warps[w];
		__nvvm_atom_add_gen_f(total, all);
	}
}

// Escape times of the Mandelbrot set, one lane a point. counts[i] = iterations until |z| > 2, at most `limit`.
extern "C" __global__ void mandel(unsigned width, unsigned height, float left, float top, float step_x, float step_y,
				  unsigned limit, unsigned *counts)
{
	unsigned i = blockIdx_x * blockDim_x + threadIdx_x;
	if (i >= width * height)
		return;
	float c_re = left + step_x * (float)(i % width), c_im = top + step_y * (float)(i / width);
	float re = 0, im = 0;
	unsigned count = 0;
	while (count < limit && re * re + im * im <= 4.0f) {
		float next = re * re - im * im + c_re;
		im = 2.0f * re * im + c_im;
		re = next;
		count++;
	}
	counts[i] = count;
}

// Even lanes and odd lanes part and meet again: the smallest divergence to watch.
extern "C" __global__ void diverge(unsigned n, unsigned *values)
{
	unsigned i = blockIdx_x * blockDim_x + threadIdx_x;
	if (i >= n)
		return;
	if (i % 4 == 0)
		values[i] = i * 3;
	else
		values[i] += i;
}
