// openmp.c: a loop on several threads by GCC's OpenMP. libs: -fopenmp
#include <omp.h>
#include <stdio.h>

int main(void)
{
	double sum = 0;
	omp_set_num_threads(4);
#pragma omp parallel for reduction(+ : sum) schedule(dynamic, 1000)
	for (int i = 1; i <= 1000000; i++)
		sum += (double)i;
	int count = 0;
#pragma omp parallel
	{
#pragma omp critical
		count++;
#pragma omp barrier
	}
	printf("%.0f, %d threads\n", sum, count);
	return 0;
}
