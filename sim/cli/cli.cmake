# What the program needs beyond its sources. Included by the top-level CMakeLists.txt after sim/.
find_package(Threads REQUIRED)
target_link_libraries(cartstorm_cli PRIVATE Threads::Threads)
target_compile_options(cartstorm_cli PRIVATE -O1)

# The commit is looked up at every build, not at configuration: a stale commit in a report would
# send somebody to the wrong code. The header is rewritten only when the commit changes.
set(build_header ${PROJECT_BINARY_DIR}/generated/cartstorm_build.hpp)
add_custom_target(cartstorm_build_header
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DHEADER=${build_header}
          -DVERSION=${PROJECT_VERSION} -P ${CMAKE_CURRENT_LIST_DIR}/write_build_header.cmake
  BYPRODUCTS ${build_header} VERBATIM)
foreach(target cartstorm_cli cartstorm_explore)
  add_dependencies(${target} cartstorm_build_header)
  target_include_directories(${target} PRIVATE ${PROJECT_BINARY_DIR}/generated)
endforeach()
