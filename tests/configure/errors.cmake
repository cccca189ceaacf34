# A missing or mismatched package stops the configure step with one line that names it.
cmake_minimum_required(VERSION 3.22)

set(scratch ${SCRATCH}/configure)
file(REMOVE_RECURSE ${scratch})

# expect(line option...): configuring with these options must fail and print that line.
function(expect line)
  file(REMOVE_RECURSE ${scratch}/build)
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${scratch}/build -DCMAKE_CXX_COMPILER=${CXX} ${ARGN}
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(FIND "${output}" "\n  ${line}\n" at)
  if(NOT result OR at EQUAL -1)
    message(SEND_ERROR "${ARGN}: expected the line\n  ${line}\ngot (${result}):\n${output}")
  endif()
endfunction()

function(expect_missing what package)
  expect("${what} is missing: install Debian's ${package}" ${ARGN})
endfunction()

foreach(pair xtensor=libxtensor-dev xsimd=libxsimd-dev fmt=libfmt-dev)
  string(REGEX MATCH "^(.*)=(.*)$" _ ${pair})
  expect_missing(${CMAKE_MATCH_1} ${CMAKE_MATCH_2} -DCMAKE_DISABLE_FIND_PACKAGE_${CMAKE_MATCH_1}=ON)
endforeach()
expect_missing(nlohmann-json nlohmann-json3-dev -DCMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON)
expect_missing(CLI11 libcli11-dev -DCMAKE_DISABLE_FIND_PACKAGE_CLI11=ON)
expect_missing("libcurl 7.85" libcurl4-openssl-dev -DCMAKE_DISABLE_FIND_PACKAGE_CURL=ON)
expect_missing(OpenSSL libssl-dev -DCMAKE_DISABLE_FIND_PACKAGE_OpenSSL=ON)
expect_missing("Python 3" python3 -DCMAKE_DISABLE_FIND_PACKAGE_Python3=ON)
expect_missing(libarchive libarchive-dev -DCMAKE_DISABLE_FIND_PACKAGE_LibArchive=ON)
expect_missing(ICU libicu-dev -DCMAKE_DISABLE_FIND_PACKAGE_ICU=ON)
expect_missing("Catch2 2.x" catch2 -DCMAKE_DISABLE_FIND_PACKAGE_Catch2=ON)

# Headers without a package file: hide the folder, and name the ones that are to be found all the same.
file(WRITE ${scratch}/include/found "")
set(hide -DCMAKE_IGNORE_PATH=/usr/include)
set(found -DREWIND_XTENSOR_BLAS=${scratch}/include)
expect_missing(xtensor-blas libxtensor-blas-dev ${hide})
expect_missing("utf8.h (UTF8-CPP)" libutfcpp-dev ${hide} ${found})
list(APPEND found -DREWIND_UTF8=${scratch}/include)
expect_missing(xxHash libxxhash-dev ${hide} ${found})
list(APPEND found -DREWIND_XXHASH=${scratch}/include)
expect_missing(libcsv libcsv-dev ${hide} ${found})
list(APPEND found -DREWIND_CSV_INCLUDE=${scratch}/include)
expect_missing(sentencepiece libsentencepiece-dev ${hide} ${found})

file(GLOB hidden /usr/lib/*-linux-gnu /usr/lib/*-linux-gnu/openblas-* /lib/*-linux-gnu /lib/*-linux-gnu/openblas-*)
file(WRITE ${scratch}/hide_libraries.cmake "set(CMAKE_IGNORE_PATH \"${hidden}\" CACHE STRING \"\")\n")
expect_missing(OpenBLAS libopenblas-dev -C ${scratch}/hide_libraries.cmake)

# A BLAS that is not OpenBLAS, and an xsimd that is too new.
file(WRITE ${scratch}/other_blas.cpp "extern \"C\" void cblas_sgemm() {}\n")
execute_process(COMMAND ${CXX} -shared -fPIC ${scratch}/other_blas.cpp -o ${scratch}/libopenblas.so
  COMMAND_ERROR_IS_FATAL ANY)
expect("The BLAS found is not OpenBLAS: install Debian's libopenblas-dev"
  -DREWIND_OPENBLAS_LIBRARY=${scratch}/libopenblas.so)
file(WRITE ${scratch}/xsimd/xsimdConfig.cmake "add_library(xsimd INTERFACE IMPORTED)\n")
file(WRITE ${scratch}/xsimd/xsimdConfigVersion.cmake "set(PACKAGE_VERSION 99.0.0)\n")
expect("xsimd 99.0.0 does not fit xtensor ${XTENSOR}: install Debian's libxsimd-dev" -Dxsimd_DIR=${scratch}/xsimd)

expect("REWIND_ARCH=pentium: not one of native, x86-64-v2, -v3, -v4" -DREWIND_ARCH=pentium)
