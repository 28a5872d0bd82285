! hello.f90: Fortran: arrays, formatted output, a file.
program hello
  real(8) :: a(3,3), b(3,3)
  integer :: i
  a = reshape([(real(i,8), i=1,9)], [3,3])
  b = matmul(a, transpose(a))
  print '(3f10.3)', b
  open(10, file='fortran.dat', form='unformatted')
  write(10) b
  rewind(10)
  read(10) a
  close(10)
  print *, sum(a)
end program
